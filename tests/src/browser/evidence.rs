//! Pictures of the screens, and what a failed journey leaves behind.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// What people hold in their hands, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 390 by 844.
    Phone,
    /// 820 by 1180.
    Tablet,
    /// 1280 by 800.
    Desk,
}

impl Screen {
    /// Width, height, and device pixels to a CSS pixel.
    pub(super) fn size(self) -> (u32, u32, u32) {
        match self {
            Self::Phone => (390, 844, 2),
            Self::Tablet => (820, 1180, 1),
            Self::Desk => (1280, 800, 1),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Desk => "desk",
        }
    }
}

/// The folder that everything goes to.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    output: PathBuf,
    journey: &'static str,
    next: Arc<AtomicU32>,
}

impl Evidence {
    pub(super) fn new(output: PathBuf, journey: &'static str, first: u32) -> Self {
        Self {
            output,
            journey,
            next: Arc::new(AtomicU32::new(first)),
        }
    }

    /// Keeps the next picture.
    pub(super) fn picture(&self, name: &str, screen: Screen, png: &[u8]) {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        let file = format!("{number:02}-{name}-{}.png", screen.name());
        write(&self.output.join("screens").join(file), png);
    }

    /// Keeps something about a failure and says where.
    pub(super) fn failure(&self, person: &str, ending: &str, content: &[u8]) -> PathBuf {
        let journey = self.journey.replace(' ', "-");
        let file = format!("{journey}-{person}.{ending}");
        let path = self.output.join("failures").join(file);
        write(&path, content);
        path
    }
}

fn write(path: &Path, content: &[u8]) {
    let folder = path.parent().expect("a file in a folder");
    fs::create_dir_all(folder).expect("a folder for what the tests leave behind");
    fs::write(path, content).expect("what the tests leave behind");
}
