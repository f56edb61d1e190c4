//! What a writer may have meant.

use super::super::keywords::{self, Keyword, Tongue};

/// Keywords that are easily left out.
pub(super) const LEFT_OUT: [&str; 11] =
    ["kw_because", "kw_do", "kw_in", "kw_for", "kw_when", "kw_on", "kw_at", "kw_by", "kw_and", "kw_per", "kw_every"];

/// Words for which the language has another: the word, what is tried in its place, what is said.
const SYNONYMS: &[(&str, &str, &str)] = &[
    ("send", "post", "post"),
    ("publish", "post", "post"),
    ("say", "post", "post"),
    ("message", "dm", "dm"),
    ("kick", "remove", "remove"),
    ("expel", "remove", "remove"),
    ("silence", "mute", "mute"),
    ("give", "award", "award"),
    ("unless", "when not", "when not"),
    ("elif", "otherwise", "otherwise"),
    ("equals", "is", "is"),
    ("isn't", "is", "is not"),
    ("about", "for", "for"),
    ("with", "when", "when"),
    ("until", "within", "within"),
    ("before", "within", "within"),
    ("发送", "发布", "发布"),
    ("发", "发布", "发布"),
    ("踢出", "移出", "移出"),
    ("踢", "移出", "移出"),
    ("踢人", "移出", "移出"),
    ("拉黑", "封禁", "封禁"),
    ("提醒", "警告", "警告"),
    ("撤回", "删除消息", "删除消息"),
    ("删除", "删除消息", "删除消息"),
    ("关于", "针对", "针对"),
    ("当…时", "当", "当"),
    ("假如", "若", "若"),
    ("如", "若", "若"),
    ("就", "则", "则"),
    ("并且", "且", "且"),
    ("而且", "且", "且"),
    ("并", "且", "且"),
    ("或者", "或", "或"),
    ("大于", ">", ">"),
    ("超过", ">", ">"),
    ("小于", "<", "<"),
    ("少于", "<", "<"),
    ("等于", "==", "=="),
    ("不等于", "!=", "!="),
    ("不是", "是", "非 … 是"),
    ("没有", "有", "非 … 有"),
    ("不含", "包含", "非 … 包含"),
    ("含", "包含", "包含"),
    ("最近", "近", "近"),
    ("过去", "近", "近"),
    ("最多", "不超过", "不超过"),
    ("至多", "不超过", "不超过"),
];

/// Signs that are written for others: the wrong one and the right one.
const SIGNS: &[(&str, &str)] = &[
    ("==", "="),
    (":=", "="),
    (":", "="),
    ("：", "="),
    ("=", ":"),
    ("＝", ":"),
    ("->", ":"),
    ("=>", ":"),
    (";", ","),
    ("；", ","),
    ("|", ","),
    ("/", ","),
    ("\\", ","),
    ("&", ","),
    (")", "}"),
    ("]", ")"),
];

/// What a sign may be meant for.
pub(super) fn signs(sign: &str) -> impl Iterator<Item = &'static str> {
    SIGNS.iter().filter(move |(wrong, _)| *wrong == sign).map(|(_, right)| *right)
}

/// What a word may be said for.
pub(super) fn synonyms(word: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    SYNONYMS.iter().filter(move |(wrong, _, _)| *wrong == word).map(|(_, with, say)| (*with, *say))
}

/// Keywords that are spelled nearly like a word, the nearest first.
pub(super) fn near(word: &str, rows: impl Iterator<Item = &'static Keyword>) -> Vec<&'static str> {
    let tongue = Tongue::of(word);
    let most = match word.chars().count() {
        0 | 1 => 0,
        2..=5 => 1,
        _ => 2,
    };
    let distances = rows.map(|row| row.in_tongue(tongue)).map(|keyword| (strsim::osa_distance(word, keyword), keyword));
    let mut near: Vec<_> =
        distances.filter(|(distance, keyword)| (1..=most).contains(distance) && keyword.chars().count() > 1).collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().map(|(_, keyword)| keyword).take(4).collect()
}

/// The window that is spelled nearly like a text.
pub(super) fn window(text: &str, tongue: Tongue) -> Option<&'static str> {
    let words = keywords::WINDOWS.iter().filter_map(|rule| keywords::of_rule(rule)).map(|row| row.in_tongue(tongue));
    let most = if text.chars().count() <= 4 { 1 } else { 2 };
    let distances = words.map(|word| (strsim::osa_distance(text, word), word));
    let near = distances.filter(|(distance, word)| *distance <= most && *distance < word.chars().count());
    near.min().map(|(_, word)| word)
}

/// The sign of the language for one that a keyboard or a habit gave.
pub(super) fn twin(c: char) -> Option<&'static str> {
    Some(match c {
        '＋' => "+",
        '－' | '−' | '–' | '—' => "-",
        '＊' | '×' => "*",
        '／' | '÷' => "/",
        '．' | '。' => ".",
        '［' | '【' => "[",
        '］' | '】' => "]",
        '＂' | '„' => "\"",
        '＆' => "and",
        '｜' => "or",
        '\u{A0}' => " ",
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}' | '\u{202A}'..='\u{202E}' => "",
        _ => return None,
    })
}

/// Whether a character never stands outside of texts and comments.
pub(super) fn is_foreign(c: char) -> bool {
    !(c.is_ascii() || is_word_char(c) || c.is_whitespace())
}

/// The quote that closes a foreign one.
pub(super) fn closing_quote(open: char) -> Option<char> {
    Some(match open {
        '\'' => '\'',
        '‘' | '’' => '’',
        '「' => '」',
        '『' => '』',
        '《' => '》',
        '＂' => '＂',
        '`' => '`',
        '”' => '”',
        _ => return None,
    })
}

/// The code of a currency that is written in another way.
pub(super) fn currency(word: &str) -> Option<&'static str> {
    Some(match word {
        "RMB" | "rmb" | "cny" | "人民币" | "yuan" => "CNY",
        "usd" | "美元" | "dollars" => "USD",
        "eur" | "欧元" | "euros" => "EUR",
        "HK" | "hkd" | "港币" => "HKD",
        _ => return None,
    })
}

/// The code of a currency's sign.
pub(super) fn sign_currency(sign: char) -> Option<&'static str> {
    Some(match sign {
        '$' => "USD",
        '€' => "EUR",
        '£' => "GBP",
        _ => return None,
    })
}

pub(super) fn narrow_digit(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        other => other,
    }
}

pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
