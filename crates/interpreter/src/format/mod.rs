//! Numbers and values as formatted text: shortest floats, format specifications, `str.format` and `%`.

mod float;
mod number;
mod percent;
mod spec;
mod template;

pub use float::float_repr;
pub use percent::{percent, percent_bytes};
pub use spec::format_value;
pub use template::format_template;
