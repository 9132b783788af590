//! A host that answers at random, fails at random, and lets the program wait at random.

use danaide_interpreter::{Data, ExceptionKind, Failure, Host, LogLevel, Request, RequestId, Started};

use super::dice::Dice;

pub struct Unreliable {
    pub dice: Dice,
    pub printed: usize,
}

impl Unreliable {
    pub fn new(seed: u64) -> Unreliable {
        Unreliable { dice: Dice::new(seed ^ 0xABCD), printed: 0 }
    }

    pub fn answer(&mut self) -> Result<Data, Failure> {
        let kinds = [ExceptionKind::TimeoutError, ExceptionKind::LLMError, ExceptionKind::OSError];
        match self.dice.roll(3) {
            0 => Err(Failure::new(*self.dice.pick(&kinds), "the world is unreliable")),
            _ => Ok(self.data(3)),
        }
    }

    fn data(&mut self, depth: usize) -> Data {
        let texts =
            ["", "yes", "42", "3.5", "[1, 2]", "{\"x\": 1}", "{\"x\": {\"y\": [null]}}", "```json\n[1]\n```", "é"];
        match self.dice.roll(if depth == 0 { 8 } else { 10 }) {
            0 => Data::None,
            1 => Data::Bool(true),
            2 => Data::Int(i64::MIN),
            3 => Data::BigInt("123456789012345678901234567890".into()),
            4 => Data::BigInt("not digits".into()),
            5 => Data::Float(f64::NAN),
            6 => Data::Bytes(vec![0, 255]),
            7 => Data::Str((*self.dice.pick(&texts)).into()),
            8 => Data::List((0..self.dice.roll(4)).map(|_| self.data(depth - 1)).collect()),
            _ => Data::Dict((0..self.dice.roll(3)).map(|_| (self.data(depth - 1), self.data(depth - 1))).collect()),
        }
    }
}

impl Host for Unreliable {
    fn print(&mut self, text: &str) {
        self.printed += text.len();
    }

    fn log(&mut self, _level: LogLevel, message: &str) {
        self.printed += message.len();
    }

    fn now(&mut self) -> f64 {
        [0.0, 1e9, -1.0, f64::NAN, 1e300][self.dice.roll(5)]
    }

    fn random(&mut self) -> u64 {
        self.dice.roll(usize::MAX) as u64
    }

    fn start(&mut self, _id: RequestId, _request: Request) -> Started {
        if self.dice.roll(3) == 0 { Started::Pending } else { Started::Done(self.answer()) }
    }
}
