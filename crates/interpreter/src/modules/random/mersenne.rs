//! The Mersenne Twister MT19937, seeded as CPython seeds it.

use num_bigint::BigInt;

const N: usize = 624;
const M: usize = 397;

/// A generator of random numbers.
#[derive(Clone, Debug)]
pub struct Generator {
    state: [u32; N],
    index: usize,
    /// The second of the two numbers that `gauss` makes at once.
    pub gauss_next: Option<f64>,
}

impl Generator {
    /// A generator seeded with the 32-bit words of a number, the lowest first.
    pub fn new(key: &[u32]) -> Generator {
        let key = if key.is_empty() { &[0][..] } else { key };
        let mut it = Generator { state: [0; N], index: N, gauss_next: None };
        it.state[0] = 19_650_218;
        for i in 1..N {
            let before = it.state[i - 1];
            it.state[i] = 1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as u32);
        }
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let before = it.state[i - 1];
            it.state[i] = (it.state[i] ^ (before ^ (before >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i >= N {
                it.state[0] = it.state[N - 1];
                i = 1;
            }
        }
        for _ in 0..N - 1 {
            let before = it.state[i - 1];
            it.state[i] = (it.state[i] ^ (before ^ (before >> 30)).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                it.state[0] = it.state[N - 1];
                i = 1;
            }
        }
        it.state[0] = 0x8000_0000;
        it
    }

    /// 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= N {
            for i in 0..N {
                let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7FFF_FFFF);
                let odd = if y & 1 == 1 { 0x9908_B0DF } else { 0 };
                self.state[i] = self.state[(i + M) % N] ^ (y >> 1) ^ odd;
            }
            self.index = 0;
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }

    /// A float from 0 up to but not including 1.
    pub fn next_f64(&mut self) -> f64 {
        let (a, b) = (self.next_u32() >> 5, self.next_u32() >> 6);
        (f64::from(a) * 67_108_864.0 + f64::from(b)) / 9_007_199_254_740_992.0
    }

    /// The words of a number of so many bits, the lowest first.
    fn words(&mut self, bits: u64) -> Vec<u32> {
        let mut words = Vec::new();
        let mut left = bits;
        while left > 0 {
            let word = self.next_u32();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        words
    }

    /// A number of so many random bits.
    pub fn bits(&mut self, bits: u64) -> BigInt {
        BigInt::from(num_bigint::BigUint::new(self.words(bits)))
    }

    /// As [`Generator::bits`] for up to 64.
    fn bits64(&mut self, bits: u32) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - bits)),
            _ => {
                let low = u64::from(self.next_u32());
                low | u64::from(self.next_u32() >> (64 - bits)) << 32
            }
        }
    }

    /// A number from 0 up to but not including `n`, which is positive.
    pub fn below(&mut self, n: u64) -> u64 {
        let bits = 64 - n.leading_zeros();
        loop {
            let number = self.bits64(bits);
            if number < n.max(1) {
                return number;
            }
        }
    }

    /// As [`Generator::below`] for numbers of any size.
    pub fn below_big(&mut self, n: &BigInt) -> BigInt {
        if let Ok(n) = u64::try_from(n) {
            return BigInt::from(self.below(n));
        }
        loop {
            let number = self.bits(n.bits());
            if number < *n {
                return number;
            }
        }
    }
}
