//! The characters of a string: short ones lie in the object itself, long ones in a block of their own.

use std::borrow::Cow;

use smol_str::SmolStr;

/// Text that lies in the object itself, in bytes.
pub const INLINE: usize = 23;

/// UTF-8 text.
#[derive(Clone, Debug)]
pub enum Text {
    /// At most [`INLINE`] bytes.
    Short(SmolStr),
    /// Taken over from the [`String`] that it was made in, without a copy.
    Long(Box<str>),
}

const _: () = assert!(size_of::<Text>() == 24);

impl Text {
    #[inline]
    pub fn as_str(&self) -> &str {
        match self {
            Text::Short(text) => text,
            Text::Long(text) => text,
        }
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Text {
        if text.len() <= INLINE { Text::Short(SmolStr::new_inline(text)) } else { Text::Long(text.into()) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        if text.len() <= INLINE { Text::from(text.as_str()) } else { Text::Long(text.into_boxed_str()) }
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Text {
        Text::from(text.as_str())
    }
}

impl From<Box<str>> for Text {
    fn from(text: Box<str>) -> Text {
        if text.len() <= INLINE { Text::from(&*text) } else { Text::Long(text) }
    }
}

impl From<&Box<str>> for Text {
    fn from(text: &Box<str>) -> Text {
        Text::from(&**text)
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Text {
        match text {
            Cow::Borrowed(text) => text.into(),
            Cow::Owned(text) => text.into(),
        }
    }
}

/// The parts one after the other; `len` is the sum of their lengths in bytes.
pub fn joined<'a>(parts: impl IntoIterator<Item = &'a str>, len: usize) -> Text {
    if len <= INLINE {
        let mut text = smol_str::SmolStrBuilder::new();
        parts.into_iter().for_each(|part| text.push_str(part));
        return Text::Short(text.finish());
    }
    let mut text = String::with_capacity(len);
    text.extend(parts);
    Text::Long(text.into_boxed_str())
}
