//! Values as they cross the line between a program and its host.

/// A plain tree of values that crosses the line between a program and its host.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    None,
    Bool(bool),
    Int(i64),
    /// An integer that does not fit 64 bits, in decimal.
    BigInt(String),
    Float(f64),
    Str(String),
    Bytes(Vec<u8>),
    List(Vec<Data>),
    /// In insertion order.
    Dict(Vec<(Data, Data)>),
}

impl Data {
    pub fn as_str(&self) -> Option<&str> {
        if let Data::Str(text) = self { Some(text) } else { None }
    }

    pub fn as_int(&self) -> Option<i64> {
        if let Data::Int(int) = self { Some(*int) } else { None }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Data::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// An int counts as a float.
    pub fn as_float(&self) -> Option<f64> {
        match self {
            Data::Float(float) => Some(*float),
            Data::Int(int) => Some(*int as f64),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&[Data]> {
        if let Data::List(items) = self { Some(items) } else { None }
    }

    /// The value under a text key of a dict.
    pub fn get(&self, key: &str) -> Option<&Data> {
        let Data::Dict(entries) = self else { return None };
        entries.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value)
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Data {
        Data::Bool(value)
    }
}

impl From<i64> for Data {
    fn from(value: i64) -> Data {
        Data::Int(value)
    }
}

impl From<f64> for Data {
    fn from(value: f64) -> Data {
        Data::Float(value)
    }
}

impl From<&str> for Data {
    fn from(value: &str) -> Data {
        Data::Str(value.to_owned())
    }
}

impl From<String> for Data {
    fn from(value: String) -> Data {
        Data::Str(value)
    }
}

/// `None` is the program's.
impl<T: Into<Data>> From<Option<T>> for Data {
    fn from(value: Option<T>) -> Data {
        value.map_or(Data::None, Into::into)
    }
}

impl<T: Into<Data>> From<Vec<T>> for Data {
    fn from(values: Vec<T>) -> Data {
        Data::List(values.into_iter().map(Into::into).collect())
    }
}

/// A dict with text keys, in this order.
impl<T: Into<Data>> FromIterator<(String, T)> for Data {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(entries: I) -> Data {
        Data::Dict(entries.into_iter().map(|(key, value)| (Data::Str(key), value.into())).collect())
    }
}
