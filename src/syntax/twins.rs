//! What a Chinese message quotes, in the tongue of the playbook: who writes `规则` is shown `针对 成员 在 群`, and who writes
//! `rule` is shown `for member in group`.
//!
//! Messages quote code between backticks. Code of the language is told by the table of keywords and a few phrases; what the
//! playbook itself declares stays as it is.

use super::keywords::{self, Sort, Tongue};
use super::source::{Sources, declared_names};
use super::span::FileId;
use crate::diagnostic::Diagnostic;
use crate::l10n::Lang;
use std::collections::BTreeSet;

/// Phrases of messages and their twins, as the canonical layout writes them.
const PHRASES: [(&str, &str); 82] = [
    ("for member in group", "针对 成员 在 群"),
    ("for member", "针对 成员"),
    ("for group", "针对 群"),
    ("for community", "针对 社群"),
    ("for each member in group", "针对 每个 成员 在 群"),
    ("for each member", "针对 每个 成员"),
    ("for each group", "针对 每个 群"),
    ("for each", "针对 每个"),
    ("for …", "针对 …"),
    ("member in group", "成员 在 群"),
    ("on EVENT", "当 EVENT"),
    ("on no EVENT for 7d", "当 无 EVENT 满7天"),
    ("every day at 09:00", "每天 于09:00"),
    ("every day at 08:00", "每天 于08:00"),
    ("every day at …", "每天 于…"),
    ("day at 08:00", "天 于08:00"),
    ("monday at 08:00", "周一 于08:00"),
    ("on last day", "当 最后 天"),
    ("review every month on day 1 at 03:00", "复评 每月 当 第1 于03:00"),
    ("start on EVENT", "开始 当 EVENT"),
    ("start on", "开始 当"),
    ("stop on", "停止 当"),
    ("stop on member.left", "停止 当 成员.离开"),
    ("stop on member.left, member.removed, member.banned", "停止 当 成员.离开, 成员.被移出, 成员.被封禁"),
    ("stop on …", "停止 当 …"),
    ("goal when", "目标 若"),
    ("goal when …", "目标 若 …"),
    ("last 90d", "近90天"),
    ("demote after 3 reviews", "降级 之后3次复评"),
    ("appeal within 3d to ROLE", "申诉 限时3天 给 ROLE"),
    ("needs approval by ROLE within 24h else drop", "需审批 按 ROLE 限时24小时 否则 放弃"),
    ("task \"…\" for owner due 1h", "任务 \"…\" 针对 owner 截止1小时"),
    ("# allow(name) reason=\"为什么可以保留\"", "# 允许(name) 理由=\"为什么可以保留\""),
    ("# allow(name) reason=\"为什么可以保留\" until=2026-12-31", "# 允许(name) 理由=\"为什么可以保留\" 至=2026-12-31"),
    ("update on", "更新 当"),
    ("restart on", "重新开始 当"),
    ("on member.joined", "当 成员.加入"),
    ("last 30d", "近30天"),
    ("last 7d", "近7天"),
    ("cleared after 30d clean", "清零 之后30天 无过"),
    ("fade 1 per 7d", "递减1 每隔7天"),
    ("else skip", "否则 跳过"),
    ("else defer", "否则 推迟"),
    ("else drop", "否则 放弃"),
    ("else proceed", "否则 照办"),
    ("else …", "否则 …"),
    ("else hold for ROLE within 24h", "否则 待批 针对 ROLE 限时24小时"),
    ("at most N per D", "不超过N 每隔D"),
    ("not between T and T", "不在T 且 T"),
    ("not between 22:30 and 08:00", "不在22:30 且 08:00"),
    ("at HH:MM", "于HH:MM"),
    ("at …", "于…"),
    ("within …", "限时…"),
    ("by member", "按 成员"),
    ("by community", "按 社群"),
    ("per group", "每隔 群"),
    ("per community", "每隔 社群"),
    ("once per", "一次 每隔"),
    ("once per 1h", "一次 每隔1小时"),
    ("once per 20h", "一次 每隔20小时"),
    (
        "limit fair for member { on award at most 3 per day else skip }",
        "限制 fair 针对 成员 { 当 奖励 不超过3 每隔 天 否则 跳过 }",
    ),
    ("since start", "自 开始"),
    ("due 2d", "截止2天"),
    ("draw 3", "抽取3"),
    ("top 3 by …", "前3 按 …"),
    ("top 20% by …", "前20% 按 …"),
    ("member has TAG", "成员 有 TAG"),
    ("member has FIELD", "成员 有 FIELD"),
    ("group has FIELD", "群 有 FIELD"),
    ("now between 22:30 and 08:00", "现在 介于22:30 且 08:00"),
    ("count(message.posted, yesterday)", "数量(消息.发布, 昨天)"),
    ("… to event.member", "… 给 事件.成员"),
    ("community { timezone \"Asia/Shanghai\"  currency CNY }", "社群 { 时区 \"Asia/Shanghai\"  币种 CNY }"),
    ("timezone \"Asia/Shanghai\"", "时区 \"Asia/Shanghai\""),
    ("currency CNY", "币种 CNY"),
    ("at 1  do warn \"…\"", "于1  则 警告 \"…\""),
    ("tier basic  tier silver when …", "级 basic  级 silver  若 …"),
    ("do { … }", "则 { … }"),
    ("post m(event.x)", "发布 m(事件.x)"),
    ("message m(x: text) …", "文案 m(x: 文本) …"),
    ("from \"content/file.yaml\"", "取自 \"content/file.yaml\""),
    ("{member.name}", "{成员.名字}"),
];

/// What messages add to the words of the playbook.
const ENDINGS: [(&str, &str); 3] = [(" else drop", " 否则 放弃"), (" at 09:00", " 于09:00"), (" else …", " 否则 …")];

/// Where a keyword may stand alone in a message.
const ALONE: [Sort; 14] = [
    Sort::Item,
    Sort::Clause,
    Sort::Operator,
    Sort::Window,
    Sort::Action,
    Sort::Function,
    Sort::Subject,
    Sort::Type,
    Sort::Day,
    Sort::Period,
    Sort::Setting,
    Sort::Choice,
    Sort::Property,
    Sort::Field,
];

/// Tells Chinese diagnostics about Chinese files with Chinese code.
pub(crate) fn retell(diagnostics: &mut [Diagnostic], sources: &Sources, lang: Lang) {
    if diagnostics.is_empty() || lang != Lang::Zh {
        return;
    }
    let quoted = Quoted::of(sources);
    for told in diagnostics {
        if told.labels.first().is_some_and(|(span, _)| quoted.is_chinese(span.file)) {
            let labels = told.labels.iter_mut().map(|(_, label)| label);
            for said in std::iter::once(&mut told.headline).chain(labels).chain(&mut told.help) {
                *said = quoted.in_chinese(said);
            }
        }
    }
}

/// What has to be known of a playbook to tell its code.
#[derive(Debug)]
pub(crate) struct Quoted {
    declared: BTreeSet<String>,
    chinese: BTreeSet<FileId>,
}

impl Quoted {
    pub(crate) fn of(sources: &Sources) -> Quoted {
        let chinese = sources.iter().map(|(id, _)| id).filter(|id| tongue(sources.text(*id)) == Tongue::Chinese);
        Quoted { declared: declared_names(sources), chinese: chinese.collect() }
    }

    /// Whether most of a file is written in Chinese.
    pub(crate) fn is_chinese(&self, file: FileId) -> bool {
        self.chinese.contains(&file)
    }

    /// A message whose quoted code is told in Chinese.
    pub(crate) fn in_chinese(&self, said: &str) -> String {
        in_chinese(said, &self.declared)
    }
}

/// The tongue in which most items of a file begin.
fn tongue(text: &str) -> Tongue {
    let begun = text.lines().filter_map(|line| line.split([' ', '{', '\t']).next());
    let items = begun.filter_map(|word| {
        keywords::rows(Sort::Item).find(|row| row.english == word || row.chinese == word).map(|row| row.chinese == word)
    });
    let (chinese, english): (Vec<bool>, Vec<bool>) = items.partition(|chinese| *chinese);
    if chinese.len() > english.len() { Tongue::Chinese } else { Tongue::English }
}

/// A message whose quoted code is told in Chinese.
fn in_chinese(said: &str, declared: &BTreeSet<String>) -> String {
    let mut told = String::new();
    for (position, part) in said.split('`').enumerate() {
        if position > 0 {
            told.push('`');
        }
        let quoted = position % 2 == 1 && !declared.contains(part);
        match quoted.then(|| twin(part)).flatten() {
            Some(twin) => told.push_str(&twin),
            None => told.push_str(part),
        }
    }
    told
}

/// Code in Chinese, where all of it is of the language.
fn twin(code: &str) -> Option<String> {
    let phrase = PHRASES.iter().find(|(english, _)| *english == code).map(|(_, chinese)| (*chinese).to_owned());
    phrase
        .or_else(|| of(&[Sort::Event], code).map(str::to_owned))
        .or_else(|| property(code))
        .or_else(|| of(&ALONE, code).map(str::to_owned))
        .or_else(|| duration(code))
        .or_else(|| called(code))
        .or_else(|| ended(code))
        .or_else(|| begun(code))
}

/// `member.name`; a name of the playbook's own stays.
fn property(code: &str) -> Option<String> {
    let (subject, name) = code.split_once('.')?;
    let subject = of(&[Sort::Subject], subject)?;
    let name = of(&[Sort::Property, Sort::Subject, Sort::Field], name).unwrap_or(name);
    Some(format!("{subject}.{name}"))
}

/// `1d12h`
fn duration(code: &str) -> Option<String> {
    let mut told = String::new();
    let (mut digits, mut units) = (0, 0);
    for c in code.chars() {
        match of(&[Sort::Unit], c.encode_utf8(&mut [0; 4])) {
            Some(unit) if digits > 0 => {
                told.push_str(unit);
                (digits, units) = (0, units + 1);
            }
            _ if c.is_ascii_digit() => {
                told.push(c);
                digits += 1;
            }
            _ => return None,
        }
    }
    (units > 0 && digits == 0).then_some(told)
}

/// `count(purchase.made)`, `sum(purchase.made.amount)`
fn called(code: &str) -> Option<String> {
    let (function, inner) = code.strip_suffix(')')?.split_once('(')?;
    let function = of(&[Sort::Function], function)?;
    let field = || {
        let (event, field) = inner.rsplit_once('.')?;
        Some(format!("{}.{}", of(&[Sort::Event], event)?, of(&[Sort::Field], field)?))
    };
    let inner = twin(inner).or_else(field).unwrap_or_else(|| inner.to_owned());
    Some(format!("{function}({inner})"))
}

/// `每周一 at 09:00`
fn ended(code: &str) -> Option<String> {
    ENDINGS.iter().find_map(|(english, chinese)| code.strip_suffix(english).map(|before| format!("{before}{chinese}")))
}

/// `tag vip`, `post welcome`
fn begun(code: &str) -> Option<String> {
    let (word, rest) = code.split_once(' ')?;
    let word = of(&[Sort::Item], word).or_else(|| of(&[Sort::Action], word)).filter(|_| !rest.contains(' '))?;
    Some(format!("{word} {rest}"))
}

/// A word in Chinese, where it is one and the same word wherever it may stand.
fn of(sorts: &[Sort], word: &str) -> Option<&'static str> {
    let mut rows = sorts.iter().flat_map(|sort| keywords::rows(*sort)).filter(|row| row.english == word);
    let first = rows.next()?.chinese;
    rows.all(|row| row.chinese == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::format;

    /// Playbooks in which every phrase stands that is whole.
    const STANDS: &str = include_str!("twins.sop");

    #[test]
    fn every_phrase_is_told_as_the_formatter_tells_it() {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        let english = plain(STANDS);
        let chinese = plain(&format(FileId(0), STANDS, Some(Tongue::Chinese)).unwrap());
        let whole = PHRASES.iter().filter(|(code, _)| !code.contains('…'));
        let mut held = 0;
        for (code, twin) in whole.filter(|(code, _)| english.contains(&plain(code))) {
            assert!(chinese.contains(&plain(twin)), "{code}: {twin}\n{chinese}");
            held += 1;
        }
        assert!(held >= 40, "{held}");
    }

    #[test]
    fn code_is_told_in_chinese_and_names_are_left() {
        let declared = BTreeSet::from(["amount".to_owned()]);
        for (said, told) in [
            ("把条目写成 `for member in group`", "把条目写成 `针对 成员 在 群`"),
            ("`purchase.made` 没有字段 `金额`", "`购买.完成` 没有字段 `金额`"),
            ("`member.name` 和 `event.x`", "`成员.名字` 和 `事件.x`"),
            ("写成 `每周一 at 09:00`", "写成 `每周一 于09:00`"),
            ("先声明它：`tag 老友`", "先声明它：`标签 老友`"),
            ("`amount` 和 `sku`", "`amount` 和 `货号`"),
            (
                "写成 `count(purchase.made)` 或 `sum(purchase.made.amount)`",
                "写成 `数量(购买.完成)` 或 `合计(购买.完成.数额)`",
            ),
            ("`member.昵称`，`1d12h`，`at`", "`成员.昵称`，`1天12小时`，`at`"),
            ("没有代码", "没有代码"),
        ] {
            assert_eq!(in_chinese(said, &declared), told);
        }
    }

    #[test]
    fn a_file_speaks_the_tongue_of_most_of_its_items() {
        assert_eq!(tongue("社群 { }\n规则 a 针对 群 {\n  当 x\n}\nrule b for group { }"), Tongue::Chinese);
        assert_eq!(tongue("community { }\n# 规则\nrule 规则 for group { }"), Tongue::English);
        assert_eq!(tongue(""), Tongue::English);
    }
}
