//! Distributions and words as tables: logarithms and powers would differ in their last bit from machine to machine.

/// A distribution by its quantiles at 0/64, 1/64, … 64/64; between them it is taken as even.
///
/// The last one is not the end of the distribution, which has none, but what gives the uppermost 64th its true mean.
#[derive(Debug)]
pub(super) struct Quantiles([u32; 65]);

impl Quantiles {
    /// The quantile at a share of 2^32.
    #[inline]
    pub(super) fn at(&self, share: u32) -> u32 {
        let (place, rest) = ((share >> 26) as usize, u64::from(share & ((1 << 26) - 1)));
        let Some(&[low, high]) = self.0.get(place..place + 2) else { return 0 };
        low + ((u64::from(high - low) * rest) >> 26) as u32
    }
}

/// The exponential distribution with mean 2^16.
pub(super) static EXPONENTIAL: Quantiles = Quantiles([
    0, 1_032, 2_081, 3_146, 4_230, 5_331, 6_451, 7_591, 8_751, 9_932, 11_135, 12_360, 13_608, 14_880, 16_178, 17_502,
    18_854, 20_233, 21_643, 23_083, 24_556, 26_063, 27_605, 29_184, 30_802, 32_461, 34_164, 35_911, 37_707, 39_553,
    41_453, 43_409, 45_426, 47_507, 49_656, 51_877, 54_177, 56_561, 59_034, 61_604, 64_280, 67_069, 69_982, 73_031,
    76_228, 79_590, 83_133, 86_879, 90_852, 95_082, 99_603, 104_460, 109_706, 115_408, 121_654, 128_559, 136_278,
    145_029, 155_132, 167_080, 181_704, 200_558, 227_130, 272_557, 403_629,
]);

/// The log-normal distribution with median 1,000 whose logarithm has a standard deviation of 1.
pub(super) static LOG_NORMAL: Quantiles = Quantiles([
    50, 116, 155, 187, 216, 242, 268, 292, 317, 340, 364, 388, 412, 436, 460, 485, 509, 535, 560, 587, 613, 641, 669,
    698, 727, 758, 789, 821, 854, 889, 925, 962, 1_000, 1_040, 1_082, 1_125, 1_170, 1_218, 1_268, 1_320, 1_375, 1_434,
    1_495, 1_561, 1_630, 1_705, 1_784, 1_870, 1_963, 2_064, 2_174, 2_294, 2_428, 2_577, 2_746, 2_937, 3_159, 3_421,
    3_736, 4_128, 4_637, 5_344, 6_441, 8_618, 17_609,
]);

/// How much happens at each full hour of the day: quiet nights, peaks at noon and in the evening.
pub(super) const HOURS: [u32; 24] =
    [18, 9, 5, 3, 3, 5, 14, 32, 52, 60, 62, 70, 92, 80, 62, 60, 62, 68, 78, 92, 112, 120, 96, 48];

/// How much happens on each day of the week, from Monday, in hundredths.
pub(super) const DAYS: [u32; 7] = [98, 95, 94, 97, 105, 118, 110];

/// Family and given names.
pub(super) const FAMILY: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢",
];
pub(super) const GIVEN: [&str; 32] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "洋", "艳", "勇", "军", "杰", "娟", "涛", "明", "超", "霞", "平",
    "刚", "晨", "宇轩", "子涵", "欣怡", "浩然", "诗涵", "一诺", "梓萱", "雨桐", "思远", "佳琪", "文博",
];

/// Where groups are and what they are about.
pub(super) const CITIES: [&str; 12] =
    ["上海", "北京", "广州", "深圳", "成都", "杭州", "武汉", "西安", "南京", "重庆", "苏州", "长沙"];
pub(super) const TOPICS: [&str; 10] = ["读书", "育儿", "跑步", "咖啡", "摄影", "烘焙", "徒步", "理财", "电影", "团购"];

/// Topics of live events and their guests.
pub(super) const SHOWS: [&str; 6] = ["新书共读", "答疑专场", "产地直播", "会员专享", "嘉宾访谈", "周末好物"];
pub(super) const GUESTS: [&str; 5] = ["林老师", "周教练", "陈店长", "吴编辑", "郑医生"];

/// By which way people come in.
pub(super) const CHANNELS: [&str; 5] = ["poster", "friend", "mini_program", "offline", "live"];
/// Ways that bring many at once.
pub(super) const CAMPAIGNS: [&str; 3] = ["poster", "live", "ad"];

/// What is sold, by kind.
pub(super) const CATEGORIES: [&str; 6] = ["tea", "books", "fruit", "snacks", "household", "tickets"];
pub(super) const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "🎉", "🙏", "🔥"];
pub(super) const CLASSES: [&str; 3] = ["engage", "convert", "brand"];
pub(super) const REASONS: [&str; 3] = ["advertising", "flooding", "insult"];

/// Sizes at which platforms cap groups.
pub(super) const CAPACITIES: [u32; 13] =
    [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_rise_and_join() {
        for table in [&EXPONENTIAL, &LOG_NORMAL] {
            assert!(table.0.windows(2).all(|pair| pair[0] < pair[1]));
            assert_eq!(table.at(0), table.0[0]);
            assert_eq!(table.at(1 << 31), table.0[32]);
            assert!(table.at(u32::MAX) >= table.0[64] - 1);
        }
    }

    #[test]
    fn the_means_are_those_of_the_distributions() {
        let mean = |table: &Quantiles| (0..1_u32 << 16).map(|i| u64::from(table.at(i << 16))).sum::<u64>() >> 16;
        assert!((65_200..66_200).contains(&mean(&EXPONENTIAL)), "{}", mean(&EXPONENTIAL));
        // The square root of e.
        assert!((1_635..1_665).contains(&mean(&LOG_NORMAL)), "{}", mean(&LOG_NORMAL));
    }
}
