//! The two tongues: every keyword, unit and built-in name, in English and in Chinese.
//!
//! This is the one table. The grammar spells its keywords as the table does (a test compares them), the parser makes
//! loose words English with it, messages and the formatter take their words from it.

/// What a word of the table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Begins an item.
    Item,
    /// Stands in an item.
    Clause,
    /// Stands in an expression.
    Operator,
    /// Begins a window over the past.
    Window,
    /// Begins an action.
    Action,
    /// Stands right after a number.
    Unit,
    /// A function, before `(`.
    Function,
    /// A scope, or the first word of a path.
    Subject,
    /// A built-in property of a subject, after its dot.
    Property,
    /// A type of a field.
    Type,
    /// A day of a schedule.
    Day,
    /// A period of a limit.
    Period,
    /// What a `since` window begins with.
    Moment,
    /// What happens when nobody approves, or when the playbook changes.
    Choice,
    /// A setting of the community.
    Setting,
    /// The name of a built-in event.
    Event,
    /// A field of a built-in event, or what ladders and pools know beside it.
    Field,
}

/// A tongue of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    /// `rule`
    English,
    /// `规则`
    Chinese,
}

impl Tongue {
    /// The tongue in which a word is written.
    #[must_use]
    pub fn of(word: &str) -> Tongue {
        if word.chars().any(is_han) { Tongue::Chinese } else { Tongue::English }
    }
}

/// One row: a word in both tongues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// What it is.
    pub sort: Sort,
    /// The rule of the grammar that reads it; empty for the words that the grammar reads loosely.
    pub rule: &'static str,
    /// The English spelling.
    pub english: &'static str,
    /// The Chinese spelling.
    pub chinese: &'static str,
}

impl Keyword {
    /// The spelling in a tongue.
    #[must_use]
    pub fn in_tongue(&self, tongue: Tongue) -> &'static str {
        match tongue {
            Tongue::English => self.english,
            Tongue::Chinese => self.chinese,
        }
    }
}

const fn k(sort: Sort, rule: &'static str, english: &'static str, chinese: &'static str) -> Keyword {
    Keyword { sort, rule, english, chinese }
}

/// All words. Within a sort, no word stands for two things.
pub const TABLE: &[Keyword] = &[
    k(Sort::Item, "kw_community", "community", "社群"),
    k(Sort::Item, "kw_kind", "kind", "群类"),
    k(Sort::Item, "kw_role", "role", "角色"),
    k(Sort::Item, "kw_tag_item", "tag", "标签"),
    k(Sort::Item, "kw_class", "class", "类别"),
    k(Sort::Item, "kw_points", "points", "积分"),
    k(Sort::Item, "kw_field", "field", "字段"),
    k(Sort::Item, "kw_voice", "voice", "口吻"),
    k(Sort::Item, "kw_event", "event", "事件"),
    k(Sort::Item, "kw_action", "action", "动作"),
    k(Sort::Item, "kw_message", "message", "文案"),
    k(Sort::Item, "kw_pool", "pool", "内容池"),
    k(Sort::Item, "kw_let", "let", "设"),
    k(Sort::Item, "kw_segment", "segment", "分群"),
    k(Sort::Item, "kw_metric", "metric", "指标"),
    k(Sort::Item, "kw_rule", "rule", "规则"),
    k(Sort::Item, "kw_flow", "flow", "流程"),
    k(Sort::Item, "kw_ladder", "ladder", "处罚"),
    k(Sort::Item, "kw_tiers", "tiers", "等级"),
    k(Sort::Item, "kw_calendar", "calendar", "排期"),
    k(Sort::Item, "kw_limit", "limit", "限制"),
    k(Sort::Item, "kw_budget", "budget", "预算"),
    k(Sort::Clause, "kw_week_starts", "week starts", "一周始于"),
    k(Sort::Clause, "kw_for", "for", "针对"),
    k(Sort::Clause, "kw_each", "each", "每个"),
    k(Sort::Clause, "kw_where", "where", "其中"),
    k(Sort::Clause, "kw_per", "per", "每隔"),
    k(Sort::Clause, "kw_from", "from", "取自"),
    k(Sort::Clause, "kw_weighted_by", "weighted by", "权重"),
    k(Sort::Clause, "kw_on", "on", "当"),
    k(Sort::Clause, "kw_no", "no", "无"),
    k(Sort::Clause, "kw_for_time", "for", "满"),
    k(Sort::Clause, "kw_when", "when", "若"),
    k(Sort::Clause, "kw_top", "top", "前"),
    k(Sort::Clause, "kw_draw", "draw", "抽取"),
    k(Sort::Clause, "kw_by", "by", "按"),
    k(Sort::Clause, "kw_do", "do", "则"),
    k(Sort::Clause, "kw_otherwise", "otherwise", "不然"),
    k(Sort::Clause, "kw_once", "once", "一次"),
    k(Sort::Clause, "kw_every", "every", "每"),
    k(Sort::Clause, "kw_cron", "cron", "定时"),
    k(Sort::Clause, "kw_month", "month", "月"),
    k(Sort::Clause, "kw_final", "last", "最后"),
    k(Sort::Clause, "kw_first", "first", "第一个"),
    k(Sort::Clause, "kw_second", "second", "第二个"),
    k(Sort::Clause, "kw_third", "third", "第三个"),
    k(Sort::Clause, "kw_fourth", "fourth", "第四个"),
    k(Sort::Clause, "kw_fifth", "fifth", "第五个"),
    k(Sort::Clause, "kw_start", "start", "开始"),
    k(Sort::Clause, "kw_update", "update", "更新"),
    k(Sort::Clause, "kw_stop", "stop", "停止"),
    k(Sort::Clause, "kw_restart", "restart", "重新开始"),
    k(Sort::Clause, "kw_goal", "goal", "目标"),
    k(Sort::Clause, "kw_anchor", "anchor", "基准"),
    k(Sort::Clause, "kw_on_change", "on change", "改版时"),
    k(Sort::Clause, "kw_at_once", "at once", "立即"),
    k(Sort::Clause, "kw_after", "after", "之后"),
    k(Sort::Clause, "kw_at", "at", "于"),
    k(Sort::Clause, "kw_day_n", "day", "第"),
    k(Sort::Clause, "kw_strikes", "strikes", "过失"),
    k(Sort::Clause, "kw_cleared", "cleared", "清零"),
    k(Sort::Clause, "kw_clean", "clean", "无过"),
    k(Sort::Clause, "kw_fade", "fade", "递减"),
    k(Sort::Clause, "kw_for_ever", "for ever", "永久"),
    k(Sort::Clause, "kw_appeal", "appeal", "申诉"),
    k(Sort::Clause, "kw_within", "within", "限时"),
    k(Sort::Clause, "kw_to", "to", "给"),
    k(Sort::Clause, "kw_tier", "tier", "级"),
    k(Sort::Clause, "kw_review", "review", "复评"),
    k(Sort::Clause, "kw_reviews", "reviews", "次复评"),
    k(Sort::Clause, "kw_demote", "demote", "降级"),
    k(Sort::Clause, "kw_promotion", "promotion", "晋级"),
    k(Sort::Clause, "kw_demotion", "demotion", "被降级"),
    k(Sort::Clause, "kw_as", "as", "作为"),
    k(Sort::Clause, "kw_counting", "counting", "计入"),
    k(Sort::Clause, "kw_at_most", "at most", "不超过"),
    k(Sort::Clause, "kw_not_between", "not between", "不在"),
    k(Sort::Clause, "kw_skip", "skip", "跳过"),
    k(Sort::Clause, "kw_defer", "defer", "推迟"),
    k(Sort::Clause, "kw_hold", "hold", "待批"),
    k(Sort::Clause, "kw_needs_approval", "needs approval", "需审批"),
    k(Sort::Clause, "kw_needs_one_approval", "needs one approval", "统一审批"),
    k(Sort::Clause, "kw_everywhere", "everywhere", "各群"),
    k(Sort::Clause, "kw_due", "due", "截止"),
    k(Sort::Clause, "kw_because", "because", "因为"),
    k(Sort::Operator, "kw_and", "and", "且"),
    k(Sort::Operator, "kw_or", "or", "或"),
    k(Sort::Operator, "kw_not", "not", "非"),
    k(Sort::Operator, "kw_is", "is", "是"),
    k(Sort::Operator, "kw_in", "in", "在"),
    k(Sort::Operator, "kw_has", "has", "有"),
    k(Sort::Operator, "kw_contains", "contains", "包含"),
    k(Sort::Operator, "kw_matches", "matches", "匹配"),
    k(Sort::Operator, "kw_between", "between", "介于"),
    k(Sort::Operator, "kw_else", "else", "否则"),
    k(Sort::Operator, "kw_if", "if", "如果"),
    k(Sort::Operator, "kw_then", "then", "那么"),
    k(Sort::Operator, "kw_true", "true", "真"),
    k(Sort::Operator, "kw_false", "false", "假"),
    k(Sort::Window, "kw_last", "last", "近"),
    k(Sort::Window, "kw_before", "before", "之前"),
    k(Sort::Window, "kw_today", "today", "今天"),
    k(Sort::Window, "kw_yesterday", "yesterday", "昨天"),
    k(Sort::Window, "kw_this_week", "this week", "本周"),
    k(Sort::Window, "kw_this_month", "this month", "本月"),
    k(Sort::Window, "kw_last_week", "last week", "上周"),
    k(Sort::Window, "kw_last_month", "last month", "上月"),
    k(Sort::Window, "kw_since", "since", "自"),
    k(Sort::Action, "kw_post", "post", "发布"),
    k(Sort::Action, "kw_announce", "announce", "公告"),
    k(Sort::Action, "kw_dm", "dm", "私信"),
    k(Sort::Action, "kw_warn", "warn", "警告"),
    k(Sort::Action, "kw_delete_message", "delete message", "删除消息"),
    k(Sort::Action, "kw_mute", "mute", "禁言"),
    k(Sort::Action, "kw_unmute", "unmute", "解除禁言"),
    k(Sort::Action, "kw_remove", "remove", "移出"),
    k(Sort::Action, "kw_ban", "ban", "封禁"),
    k(Sort::Action, "kw_unban", "unban", "解封"),
    k(Sort::Action, "kw_tag", "tag", "打标签"),
    k(Sort::Action, "kw_untag", "untag", "去标签"),
    k(Sort::Action, "kw_set", "set", "设为"),
    k(Sort::Action, "kw_award", "award", "奖励"),
    k(Sort::Action, "kw_redeem", "redeem", "扣除"),
    k(Sort::Action, "kw_invite_to", "invite to", "邀请到"),
    k(Sort::Action, "kw_strike", "strike", "记过"),
    k(Sort::Action, "kw_pardon", "pardon", "赦免"),
    k(Sort::Action, "kw_task", "task", "任务"),
    k(Sort::Action, "kw_start_flow", "start", "启动"),
    k(Sort::Action, "kw_stop_flow", "stop", "终止"),
    k(Sort::Action, "kw_emit", "emit", "发出"),
    k(Sort::Action, "kw_dissolve", "dissolve", "解散"),
    k(Sort::Unit, "", "s", "秒"),
    k(Sort::Unit, "", "m", "分钟"),
    k(Sort::Unit, "", "h", "小时"),
    k(Sort::Unit, "", "d", "天"),
    k(Sort::Unit, "", "w", "周"),
    k(Sort::Function, "", "count", "数量"),
    k(Sort::Function, "", "sum", "合计"),
    k(Sort::Function, "", "avg", "平均"),
    k(Sort::Function, "", "min", "最小"),
    k(Sort::Function, "", "max", "最大"),
    k(Sort::Function, "", "distinct", "不同"),
    k(Sort::Function, "", "exists", "有过"),
    k(Sort::Function, "", "never", "从未"),
    k(Sort::Function, "", "since", "距今"),
    k(Sort::Function, "", "first", "首次"),
    k(Sort::Function, "", "last", "最近一次"),
    k(Sort::Function, "", "list", "名单"),
    k(Sort::Function, "", "streak", "连续"),
    k(Sort::Subject, "", "member", "成员"),
    k(Sort::Subject, "", "group", "群"),
    k(Sort::Subject, "", "community", "社群"),
    k(Sort::Subject, "", "event", "事件"),
    k(Sort::Subject, "", "now", "现在"),
    k(Sort::Subject, "", "members", "全体成员"),
    k(Sort::Subject, "", "groups", "全部群"),
    k(Sort::Property, "", "name", "名字"),
    k(Sort::Property, "", "id", "编号"),
    k(Sort::Property, "", "kind", "类"),
    k(Sort::Property, "", "size", "人数"),
    k(Sort::Property, "", "capacity", "容量"),
    k(Sort::Property, "", "seats", "空位"),
    k(Sort::Property, "", "owner", "群主"),
    k(Sort::Property, "", "hour", "点钟"),
    k(Sort::Property, "", "weekday", "星期"),
    k(Sort::Property, "", "date", "日期"),
    k(Sort::Type, "", "text", "文本"),
    k(Sort::Type, "", "number", "数字"),
    k(Sort::Type, "", "percent", "百分比"),
    k(Sort::Type, "", "bool", "真假"),
    k(Sort::Type, "", "money", "金额"),
    k(Sort::Type, "", "duration", "时长"),
    k(Sort::Type, "", "time", "时间"),
    k(Sort::Type, "", "list", "列表"),
    k(Sort::Type, "", "kind", "群类"),
    k(Sort::Type, "", "role", "角色"),
    k(Sort::Type, "", "tag", "标签"),
    k(Sort::Type, "", "class", "类别"),
    k(Sort::Type, "", "tier", "级"),
    k(Sort::Type, "", "member", "成员"),
    k(Sort::Type, "", "group", "群"),
    k(Sort::Day, "", "day", "天"),
    k(Sort::Day, "", "weekday", "工作日"),
    k(Sort::Day, "", "weekend", "周末"),
    k(Sort::Day, "", "monday", "周一"),
    k(Sort::Day, "", "tuesday", "周二"),
    k(Sort::Day, "", "wednesday", "周三"),
    k(Sort::Day, "", "thursday", "周四"),
    k(Sort::Day, "", "friday", "周五"),
    k(Sort::Day, "", "saturday", "周六"),
    k(Sort::Day, "", "sunday", "周日"),
    k(Sort::Period, "", "day", "天"),
    k(Sort::Period, "", "week", "周"),
    k(Sort::Period, "", "month", "月"),
    k(Sort::Moment, "", "start", "开始"),
    k(Sort::Moment, "", "joined", "入群"),
    k(Sort::Choice, "", "drop", "放弃"),
    k(Sort::Choice, "", "proceed", "照办"),
    k(Sort::Choice, "", "pin", "固定"),
    k(Sort::Choice, "", "follow", "跟随"),
    k(Sort::Setting, "", "timezone", "时区"),
    k(Sort::Setting, "", "currency", "币种"),
    k(Sort::Setting, "", "name", "名字"),
    k(Sort::Event, "", "member.joined", "成员.加入"),
    k(Sort::Event, "", "member.left", "成员.离开"),
    k(Sort::Event, "", "member.removed", "成员.被移出"),
    k(Sort::Event, "", "member.banned", "成员.被封禁"),
    k(Sort::Event, "", "member.renamed", "成员.改名"),
    k(Sort::Event, "", "message.posted", "消息.发布"),
    k(Sort::Event, "", "message.deleted", "消息.删除"),
    k(Sort::Event, "", "message.reported", "消息.举报"),
    k(Sort::Event, "", "reaction.added", "表情.添加"),
    k(Sort::Event, "", "checkin.done", "打卡.完成"),
    k(Sort::Event, "", "red_packet.sent", "红包.发出"),
    k(Sort::Event, "", "red_packet.claimed", "红包.领取"),
    k(Sort::Event, "", "content.opened", "内容.打开"),
    k(Sort::Event, "", "link.clicked", "链接.点击"),
    k(Sort::Event, "", "live.attended", "直播.观看"),
    k(Sort::Event, "", "appeal.filed", "申诉.提出"),
    k(Sort::Event, "", "appeal.decided", "申诉.裁定"),
    k(Sort::Event, "", "purchase.made", "购买.完成"),
    k(Sort::Event, "", "purchase.refunded", "购买.退款"),
    k(Sort::Event, "", "role.granted", "角色.授予"),
    k(Sort::Event, "", "role.revoked", "角色.收回"),
    k(Sort::Event, "", "member.updated", "成员.更新"),
    k(Sort::Event, "", "survey.answered", "问卷.回答"),
    k(Sort::Event, "", "referral.succeeded", "推荐.成功"),
    k(Sort::Event, "", "task.done", "任务.完成"),
    k(Sort::Event, "", "approval.decided", "审批.裁定"),
    k(Sort::Event, "", "delivery.done", "投递.完成"),
    k(Sort::Event, "", "delivery.failed", "投递.失败"),
    k(Sort::Event, "", "group.created", "群.建立"),
    k(Sort::Event, "", "group.closed", "群.关闭"),
    k(Sort::Event, "", "live.scheduled", "直播.排定"),
    k(Sort::Event, "", "live.moved", "直播.改期"),
    k(Sort::Event, "", "live.cancelled", "直播.取消"),
    k(Sort::Event, "", "content.posted", "内容.发布"),
    k(Sort::Event, "", "member.muted", "成员.被禁言"),
    k(Sort::Event, "", "tag.added", "标签.添加"),
    k(Sort::Event, "", "tag.removed", "标签.移除"),
    k(Sort::Event, "", "points.changed", "积分.变动"),
    k(Sort::Event, "", "strike.given", "记过.给予"),
    k(Sort::Event, "", "strike.withdrawn", "记过.撤回"),
    k(Sort::Event, "", "tier.changed", "等级.变动"),
    k(Sort::Event, "", "segment.entered", "分群.进入"),
    k(Sort::Event, "", "segment.left", "分群.离开"),
    k(Sort::Event, "", "flow.started", "流程.开始"),
    k(Sort::Event, "", "flow.ended", "流程.结束"),
    k(Sort::Event, "", "task.created", "任务.建立"),
    k(Sort::Event, "", "task.overdue", "任务.逾期"),
    k(Sort::Event, "", "metric", "指标"),
    k(Sort::Field, "", "channel", "渠道"),
    k(Sort::Field, "", "inviter", "邀请人"),
    k(Sort::Field, "", "name", "名字"),
    k(Sort::Field, "", "text", "文本"),
    k(Sort::Field, "", "text_hash", "文本指纹"),
    k(Sort::Field, "", "length", "长度"),
    k(Sort::Field, "", "links", "链接数"),
    k(Sort::Field, "", "mentions", "提及数"),
    k(Sort::Field, "", "images", "图片数"),
    k(Sort::Field, "", "reply_to", "回复"),
    k(Sort::Field, "", "reporter", "举报人"),
    k(Sort::Field, "", "reason", "理由"),
    k(Sort::Field, "", "emoji", "表情"),
    k(Sort::Field, "", "amount", "数额"),
    k(Sort::Field, "", "rank", "名次"),
    k(Sort::Field, "", "delay_ms", "延迟毫秒"),
    k(Sort::Field, "", "content", "内容"),
    k(Sort::Field, "", "class", "类别"),
    k(Sort::Field, "", "live", "直播"),
    k(Sort::Field, "", "minutes", "分钟数"),
    k(Sort::Field, "", "upheld", "成立"),
    k(Sort::Field, "", "strike", "记过"),
    k(Sort::Field, "", "sku", "货号"),
    k(Sort::Field, "", "category", "品类"),
    k(Sort::Field, "", "role", "角色"),
    k(Sort::Field, "", "invitee", "受邀人"),
    k(Sort::Field, "", "task", "任务"),
    k(Sort::Field, "", "action", "动作"),
    k(Sort::Field, "", "approved", "获准"),
    k(Sort::Field, "", "group_kind", "所属群类"),
    k(Sort::Field, "", "capacity", "容量"),
    k(Sort::Field, "", "owner", "群主"),
    k(Sort::Field, "", "topic", "主题"),
    k(Sort::Field, "", "guest", "嘉宾"),
    k(Sort::Field, "", "starts_at", "开始时间"),
    k(Sort::Field, "", "message", "文案"),
    k(Sort::Field, "", "tag", "标签"),
    k(Sort::Field, "", "ledger", "账户"),
    k(Sort::Field, "", "balance", "余额"),
    k(Sort::Field, "", "ladder", "处罚"),
    k(Sort::Field, "", "weight", "分量"),
    k(Sort::Field, "", "total", "总计"),
    k(Sort::Field, "", "tiers", "等级"),
    k(Sort::Field, "", "from", "原级"),
    k(Sort::Field, "", "to", "新级"),
    k(Sort::Field, "", "segment", "分群"),
    k(Sort::Field, "", "flow", "流程"),
    k(Sort::Field, "", "how", "结果"),
    k(Sort::Field, "", "title", "标题"),
    k(Sort::Field, "", "due", "期限"),
    k(Sort::Field, "", "item", "条目"),
    k(Sort::Field, "", "value", "数值"),
    k(Sort::Field, "", "piece", "篇"),
    k(Sort::Field, "", "at", "时刻"),
    k(Sort::Field, "", "id", "编号"),
    k(Sort::Field, "", "member", "成员"),
    k(Sort::Field, "", "group", "群"),
];

/// The words that are no names, in English; their Chinese twins are none either.
pub const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "in",
    "has",
    "contains",
    "matches",
    "between",
    "else",
    "if",
    "then",
    "true",
    "false",
    "when",
    "do",
    "on",
    "where",
    "by",
    "per",
    "for",
    "every",
    "once",
    "at",
    "after",
    "today",
    "yesterday",
];

/// The row of a loose word, if the table has it for this sort in either tongue.
#[must_use]
pub fn row(sort: Sort, word: &str) -> Option<&'static Keyword> {
    rows(sort).find(|row| row.chinese == word || row.english == word)
}

/// The English form of a loose word, if the table has it for this sort in either tongue.
#[must_use]
pub fn english(sort: Sort, word: &str) -> Option<&'static str> {
    row(sort, word).map(|row| row.english)
}

/// The Chinese form of an English word of this sort.
#[must_use]
pub fn chinese(sort: Sort, english: &str) -> Option<&'static str> {
    rows(sort).find(|row| row.english == english).map(|row| row.chinese)
}

/// The rows of one sort.
pub fn rows(sort: Sort) -> impl Iterator<Item = &'static Keyword> {
    TABLE.iter().filter(move |row| row.sort == sort)
}

/// The windows that are words alone, by their rules.
pub(super) const WINDOWS: [&str; 6] =
    ["kw_today", "kw_yesterday", "kw_this_week", "kw_this_month", "kw_last_week", "kw_last_month"];

/// The keywords after whose Chinese form a number may stand without a space, by their rules.
pub const BEFORE_NUMBERS: [&str; 19] = [
    "kw_per",
    "kw_for_time",
    "kw_top",
    "kw_draw",
    "kw_after",
    "kw_at",
    "kw_day_n",
    "kw_fade",
    "kw_within",
    "kw_at_most",
    "kw_not_between",
    "kw_due",
    "kw_between",
    "kw_last",
    "kw_before",
    "kw_mute",
    "kw_ban",
    "kw_award",
    "kw_redeem",
];

/// The row that a rule of the grammar reads.
#[must_use]
pub fn of_rule(rule: &str) -> Option<&'static Keyword> {
    TABLE.iter().find(|row| !row.rule.is_empty() && row.rule == rule)
}

/// Whether a word cannot be a name.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word) || TABLE.iter().any(|row| row.chinese == word && reserves(row))
}

/// Whether a word is a keyword that the grammar spells.
#[must_use]
pub fn is_keyword(word: &str) -> bool {
    TABLE.iter().any(|row| !row.rule.is_empty() && (row.english == word || row.chinese == word))
}

/// Whether a word begins an action.
#[must_use]
pub fn is_action(word: &str) -> bool {
    rows(Sort::Action).any(|row| row.english.split(' ').next() == Some(word) || row.chinese == word)
}

fn reserves(row: &Keyword) -> bool {
    let sorts = [Sort::Clause, Sort::Operator, Sort::Window];
    sorts.contains(&row.sort) && row.rule != "kw_for_time" && RESERVED.contains(&row.english)
}

/// A Chinese keyword that a word begins with, and what is glued to it: `规则`, `刷屏`. The longest one counts.
#[must_use]
pub fn glued(word: &str) -> Option<(&'static str, &str)> {
    let keywords = TABLE.iter().filter(|row| !matches!(row.sort, Sort::Event | Sort::Field));
    let begins = keywords.filter_map(|row| Some((row.chinese, word.strip_prefix(row.chinese)?)));
    begins.filter(|(_, rest)| !rest.is_empty()).max_by_key(|(keyword, _)| keyword.len())
}

/// Whether a character is written Chinese.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '々' | '〇' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
