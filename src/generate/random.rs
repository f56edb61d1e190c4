//! Chance that is the same everywhere.

use super::tables::Quantiles;

/// xoshiro256++ by D. Blackman and S. Vigna (<https://prng.di.unimi.it>), seeded by splitmix64 as its authors advise.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: [u64; 4],
}

/// By how much splitmix64 goes on.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// One step of splitmix64 (S. Vigna, same place): a hash of 64 bits in which every bit depends on every other.
pub(super) fn mix(number: u64) -> u64 {
    let mixed = number.wrapping_add(STEP);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random { state: std::array::from_fn(|step| mix(seed.wrapping_add(STEP.wrapping_mul(step as u64)))) }
    }

    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        result
    }

    /// 32 random bits.
    #[inline]
    pub(super) fn bits(&mut self) -> u32 {
        high(self.next())
    }

    /// A number below a bound (0 where that is 0). It is scaled, not rejected: for bounds such as these the lowest
    /// numbers are likelier by less than one in a thousand.
    #[inline]
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        high(u64::from(self.bits()) * u64::from(bound))
    }

    /// A number from `low` to `high`, both included.
    #[inline]
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number below a bound whose density falls as a power of itself: the fourth power of an even one.
    ///
    /// Rank r of n is drawn about as often as r^(-3/4), and the first hundredth of the ranks 0.01^(1/4), 32 %, of the
    /// times.
    #[inline]
    pub(super) fn skewed_below(&mut self, bound: u32) -> u32 {
        let even = u64::from(self.bits());
        let square = (even * even) >> 32;
        let fourth = (square * square) >> 32;
        high(fourth * u64::from(bound))
    }

    /// True so often in a hundred.
    #[inline]
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// True once in so many.
    #[inline]
    pub(super) fn one_in(&mut self, many: u32) -> bool {
        self.below(many) == 0
    }

    /// One of some.
    #[inline]
    pub(super) fn one_of<T: Copy + Default>(&mut self, among: &[T]) -> T {
        let place = self.below(u32::try_from(among.len()).unwrap_or(u32::MAX));
        among.get(place as usize).copied().unwrap_or_default()
    }

    /// A draw from a distribution that is given by its quantiles.
    #[inline]
    pub(super) fn draw(&mut self, quantiles: &Quantiles) -> u32 {
        quantiles.at(self.bits())
    }

    /// A log-normal number with this median.
    #[inline]
    pub(super) fn around(&mut self, median: u32) -> u32 {
        let scaled = u64::from(median) * u64::from(self.draw(&super::tables::LOG_NORMAL)) / 1_000;
        u32::try_from(scaled).unwrap_or(u32::MAX)
    }
}

/// The upper half.
#[inline]
fn high(number: u64) -> u32 {
    (number >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_that_of_the_authors() {
        // The first numbers of their C program from this state.
        let mut random = Random { state: [1, 2, 3, 4] };
        let first: Vec<u64> = (0..4).map(|_| random.next()).collect();
        assert_eq!(first, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
        assert_eq!(mix(0), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn bounds_are_kept() {
        let mut random = Random::new(1);
        for _ in 0..10_000 {
            assert!(random.below(7) < 7);
            assert!(random.skewed_below(3) < 3);
            assert!((3..=5).contains(&random.between(3, 5)));
        }
        assert_eq!((random.below(0), random.below(1), random.skewed_below(0)), (0, 0, 0));
        assert!(!random.percent(0) && random.percent(100) && random.one_in(1));
    }

    #[test]
    fn the_first_hundredth_is_drawn_a_third_of_the_time() {
        let mut random = Random::new(1);
        let head = (0..100_000).filter(|_| random.skewed_below(1_000) < 10).count();
        assert!((31_000..32_500).contains(&head), "{head}");
    }

    #[test]
    fn draws_lie_around_their_median() {
        let mut random = Random::new(1);
        let below = (0..100_000).filter(|_| random.around(1_000) < 1_000).count();
        assert!((49_500..50_500).contains(&below), "{below}");
    }
}
