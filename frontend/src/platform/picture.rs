//! Pictures: decoded by the browser from bytes in memory, and drawn again. No address is made for them, so
//! that no element can load them as what they would like to be.

use js_sys::Uint8Array;
use keepwell_record::viewing::Size;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

/// A decoded picture; its memory goes with it.
#[derive(Debug, PartialEq)]
pub(crate) struct Bitmap(ImageBitmap);

impl Drop for Bitmap {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Bitmap {
    /// Decodes a picture of this kind. `None` where the browser can not.
    pub(crate) async fn decode(blob: &Blob, media_type: &str) -> Option<Self> {
        let typed = blob
            .slice_with_f64_and_f64_and_content_type(0.0, blob.size(), media_type)
            .ok()?;
        let decoding = super::window()?
            .create_image_bitmap_with_blob(&typed)
            .ok()?;
        let decoded = JsFuture::from(decoding).await.ok()?;
        Some(Self(decoded.dyn_into().ok()?))
    }

    /// Its size, turned as the camera was held.
    pub(crate) fn size(&self) -> Size {
        Size {
            width: self.0.width(),
            height: self.0.height(),
        }
    }

    /// Draws it over the whole of a canvas. `None` where the browser can not.
    pub(crate) fn draw(&self, canvas: &HtmlCanvasElement) -> Option<()> {
        let context = canvas.get_context("2d").ok()??;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        let (width, height) = (canvas.width().into(), canvas.height().into());
        context
            .draw_image_with_image_bitmap_and_dw_and_dh(&self.0, 0.0, 0.0, width, height)
            .ok()
    }
}

/// The first bytes of a file, at most so many. `None` where the browser does not give them.
pub(crate) async fn beginning(blob: &Blob, most: u64) -> Option<Vec<u8>> {
    let some = blob.slice_with_f64_and_f64(0.0, most as f64).ok()?;
    let bytes = JsFuture::from(some.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}
