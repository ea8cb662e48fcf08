//! A file that the person chose, read from beginning to end, and one that is given back.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use keepwell_vault::{Error, FileInfo, FileSource, platform::Engine};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, ReadableStreamByobReader, ReadableStreamReadResult};

/// A chosen file.
pub(crate) struct Chosen {
    file: File,
    /// Where reading has come to, when what is read next follows there.
    stream: RefCell<Option<Stream>>,
}

impl Chosen {
    pub(crate) fn new(file: File) -> Self {
        Self {
            file,
            stream: RefCell::new(None),
        }
    }

    pub(crate) fn info(&self) -> FileInfo {
        FileInfo {
            name: self.file.name(),
            media_type: self.file.type_(),
            length: self.size(),
        }
    }

    fn size(&self) -> u64 {
        self.file.size() as u64
    }

    /// Fills the first `length` bytes of `into`. A file that was changed or removed after it was
    /// chosen fails here.
    async fn fill(
        &self,
        offset: u64,
        into: Uint8Array,
        length: u32,
    ) -> Result<Uint8Array, JsValue> {
        let open = self.stream.take().filter(|stream| stream.at == offset);
        let mut stream = match open {
            Some(stream) => stream,
            None => match Stream::open(&self.file, offset)? {
                Some(stream) => stream,
                None => return self.slice(offset, into, length).await,
            },
        };
        let filled = stream.fill(into, length).await?;
        if stream.at < self.size() {
            self.stream.replace(Some(stream));
        }
        Ok(filled)
    }

    async fn slice(
        &self,
        offset: u64,
        into: Uint8Array,
        length: u32,
    ) -> Result<Uint8Array, JsValue> {
        let end = offset + u64::from(length);
        let slice = self
            .file
            .slice_with_f64_and_f64(offset as f64, end as f64)?;
        let bytes = Uint8Array::new(&JsFuture::from(slice.array_buffer()).await?);
        if bytes.length() != length {
            return Err(JsValue::UNDEFINED);
        }
        into.set(&bytes, 0);
        Ok(into)
    }
}

impl<E: Engine<Bytes = Uint8Array>> FileSource<E> for Chosen {
    fn length(&self) -> u64 {
        self.size()
    }

    async fn read(&self, offset: u64, into: Uint8Array) -> Result<Uint8Array, Error> {
        let whole = into.length();
        let present = self.size().saturating_sub(offset).min(u64::from(whole)) as u32;
        let filled = if present == 0 {
            into
        } else {
            let filled = self.fill(offset, into, present).await;
            filled.map_err(|_| Error::FileUnreadable)?
        };
        filled.fill(0, present, whole);
        Ok(filled)
    }

    async fn peek(&self, offset: u64, length: u64) -> Result<Vec<u8>, Error> {
        let into = Uint8Array::new_with_length(length as u32);
        let bytes = self.slice(offset, into, length as u32).await;
        bytes
            .map(|bytes| bytes.to_vec())
            .map_err(|_| Error::FileUnreadable)
    }
}

/// A file that is being read into memory of ours, without a copy in between.
struct Stream {
    reader: ReadableStreamByobReader,
    at: u64,
}

impl Stream {
    /// `None` where the browser's files can not be read this way.
    fn open(file: &File, offset: u64) -> Result<Option<Self>, JsValue> {
        let stream = file.slice_with_f64(offset as f64)?.stream();
        let reader = ReadableStreamByobReader::new(&stream).ok();
        Ok(reader.map(|reader| Self { reader, at: offset }))
    }

    async fn fill(&mut self, into: Uint8Array, length: u32) -> Result<Uint8Array, JsValue> {
        let (start, whole) = (into.byte_offset(), into.length());
        let mut memory = into.buffer();
        let mut done = 0;
        while done < length {
            let rest = length - done;
            let view = Uint8Array::new_with_byte_offset_and_length(&memory, start + done, rest);
            // The memory changes hands: what comes back is the same memory under a new name.
            let read = JsFuture::from(self.reader.read_with_array_buffer_view(&view)).await?;
            let read: ReadableStreamReadResult = read.unchecked_into();
            let read: Uint8Array = read.get_value().dyn_into()?;
            if read.length() == 0 {
                return Err(JsValue::UNDEFINED);
            }
            memory = read.buffer();
            done += read.length();
            self.at += u64::from(read.length());
        }
        Ok(Uint8Array::new_with_byte_offset_and_length(
            &memory, start, whole,
        ))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let cancelled = JsFuture::from(self.reader.cancel());
        spawn_local(async {
            // A stream that failed can not be cancelled any more, and needs not be.
            let _ = cancelled.await;
        });
    }
}

/// Collects opened parts; they become a file only when all of them were right.
#[derive(Default)]
pub(crate) struct Collected(Array);

impl Collected {
    pub(crate) fn push(&mut self, part: &Uint8Array, length: u64) {
        if length > 0 {
            // A blob of its own for each part: the browser may move it out of memory.
            let bytes = part.subarray(0, length as u32);
            if let Ok(blob) = Blob::new_with_u8_array_sequence(&Array::of1(&bytes)) {
                self.0.push(&blob);
            }
        }
    }

    /// The whole file. Its type says nothing, so that no browser shows it as a page of this origin.
    pub(crate) fn finish(self) -> Result<Blob, Error> {
        let options = BlobPropertyBag::new();
        options.set_type("application/octet-stream");
        Blob::new_with_blob_sequence_and_options(&self.0, &options).map_err(|_| Error::Program)
    }
}
