//! The tables of a plan, one after the other; empty ones are left out.

use super::Shown;
use super::expressions::Rows;
use crate::plan::ids::{AttributeId, EffectId, KindId, NameId, SeriesId};
use crate::plan::value::Value;
use crate::plan::{
    Act, Approval, Body, Budget, BudgetCap, Cap, CapPer, Carries, Due, EdgeSort, Effect, EventKind, Fading, FieldType,
    Handler, Keep, Latch, LatchSort, Limit, LimitElse, OnChange, Once, Reach, Said, Say, ScheduledWork, Scope, Select,
    SelectAmount, SelectBy, Step, StepAt, Subject, Tally, Task, Timeline,
};
use std::fmt::{self, Formatter, Write};

/// Writes all tables.
pub(super) fn write(shown: Shown<'_>, f: &mut Formatter<'_>) -> fmt::Result {
    let plan = shown.plan;
    let community = &plan.community;
    writeln!(
        f,
        "community  zone {}  weeks from {}  currency {}{}",
        community.calendar.zone,
        community.calendar.week_starts,
        community.currency,
        community.name.as_ref().map(|name| format!("  name {name:?}")).unwrap_or_default()
    )?;
    let words: [(&str, &[NameId]); 5] = [
        ("kinds of group", &plan.group_kinds),
        ("roles", &plan.roles),
        ("tags", &plan.tags),
        ("classes", &plan.classes),
        ("ledgers", &plan.ledgers),
    ];
    for (title, names) in words.into_iter().filter(|(_, names)| !names.is_empty()) {
        writeln!(f, "{title}  {}", shown.names(names))?;
    }
    table(
        f,
        "fields",
        plan.attributes
            .iter()
            .map(|field| format!("{}: {} for {}", shown.name(field.name), field_type(field.ty), scope(field.scope))),
    )?;
    table(f, "events", plan.kinds.iter().filter(|kind| is_told(kind)).map(|kind| shown.event(kind)))?;
    table(f, "messages", plan.messages.iter().map(|message| shown.message(message)))?;
    table(
        f,
        "pools",
        plan.pools.iter().map(|pool| {
            let members = pool.members.iter().filter_map(|id| plan.messages.get(id.index()));
            let members: Vec<&str> = members.map(|message| shown.name(message.name)).collect();
            let weight = pool.weight.as_ref().map(|weight| format!(" weighted by {}", shown.expr(weight)));
            format!("{} {{ {} }}{}", shown.name(pool.name), members.join(", "), weight.unwrap_or_default())
        }),
    )?;
    table(
        f,
        "named values",
        plan.lets.iter().map(|named| {
            format!("{} for {} = {}", shown.name(named.name), scope(named.scope), shown.expr(&named.value))
        }),
    )?;
    table(
        f,
        "segments",
        plan.segments.iter().map(|segment| {
            format!("{} for {} when {}", shown.name(segment.name), scope(segment.scope), shown.expr(&segment.when))
        }),
    )?;
    table(
        f,
        "tiers",
        plan.tiers.iter().map(|tiers| {
            format!("{} {{ {} }} latch {}", shown.name(tiers.name), shown.names(&tiers.levels), tiers.latch.0)
        }),
    )?;
    table(f, "metrics", plan.metrics.iter().map(|metric| shown.metric(metric)))?;
    table(f, "series", (0..).map(SeriesId).zip(&plan.series).map(|(id, series)| shown.series(id, series)))?;
    table(f, "handlers", plan.handlers.iter().map(|handler| shown.handler(handler)))?;
    table(f, "timelines", plan.timelines.iter().map(|timeline| shown.timeline(timeline)))?;
    table(f, "latches", plan.latches.iter().map(|latch| shown.latch(latch)))?;
    table(f, "tallies", plan.tallies.iter().map(|tally| shown.tally(tally)))?;
    table(f, "limits", plan.limits.iter().map(|limit| shown.limit(limit)))?;
    table(f, "budgets", plan.budgets.iter().map(|budget| shown.budget(budget)))?;
    table(
        f,
        "schedules",
        plan.schedules.iter().map(|scheduled| {
            format!("{}  {}: {}", scheduled.schedule, shown.item(scheduled.item), work(&scheduled.what))
        }),
    )?;
    let bonds = plan.bonds();
    if bonds.is_empty() {
        return writeln!(f, "\ngroups can be run apart: nothing looks, counts or reaches beyond one group");
    }
    table(f, "groups are run together, since", bonds.iter().map(|bond| plan.bond_in_words(bond)))
}

/// A title and numbered lines; nothing where there are none.
fn table(f: &mut Formatter<'_>, title: &str, lines: impl Iterator<Item = String>) -> fmt::Result {
    for (number, line) in lines.enumerate() {
        if number == 0 {
            writeln!(f, "\n{title}")?;
        }
        writeln!(f, "  {number}  {line}")?;
    }
    Ok(())
}

/// Built-in events that the plan does not read are left out.
fn is_told(kind: &EventKind) -> bool {
    !kind.built_in || !kind.sets.is_empty()
}

impl Shown<'_> {
    fn event(&self, kind: &EventKind) -> String {
        let fields: Vec<String> = kind
            .fields
            .iter()
            .map(|field| {
                let optional = if field.optional && field.default == Value::Unknown { "?" } else { "" };
                let default = match &field.default {
                    Value::Unknown => String::new(),
                    value => format!(" = {}", self.value(value)),
                };
                let used = if field.used { "" } else { " (not read)" };
                format!("{}: {}{optional}{default}{used}", field.name, field_type(field.ty))
            })
            .collect();
        let sets: Vec<String> = kind.sets.iter().map(|(_, attribute)| self.attribute_of(*attribute)).collect();
        let sets = if sets.is_empty() { String::new() } else { format!(" sets {}", sets.join(", ")) };
        format!("{} for {} {{ {} }}{sets}", kind.name, carries(kind), fields.join(", "))
    }

    fn attribute_of(&self, id: AttributeId) -> String {
        let attribute = self.plan.attributes.get(id.index());
        attribute.map_or_else(|| "?".to_owned(), |a| format!("{} for {}", self.name(a.name), scope(a.scope)))
    }

    fn message(&self, message: &crate::plan::Message) -> String {
        let voice = message.voice.map(|voice| format!(" by {}", self.name(voice))).unwrap_or_default();
        let head =
            format!("{}({}){voice} for {}", self.name(message.name), message.params.join(", "), scope(message.scope));
        let body: Vec<String> = match &message.body {
            Body::Texts(texts) => texts.iter().map(|text| self.template(text)).collect(),
            Body::Dated(days) => days.iter().map(|(day, text)| format!("{day} {}", self.template(text))).collect(),
        };
        format!("{head} {}", body.join(" or "))
    }

    fn metric(&self, metric: &crate::plan::Metric) -> String {
        let per = metric.per.as_ref().map(|per| {
            let seen: Vec<String> =
                per.seen_in.iter().map(|(id, part)| format!("series {} part {part}", id.0)).collect();
            format!(" per {} seen in {}", per.field, seen.join(", "))
        });
        let name = self.name(metric.name);
        format!("{name} for {}{} as {}", scope(metric.scope), per.unwrap_or_default(), self.kind(metric.kind))
    }

    fn series(&self, id: SeriesId, series: &crate::plan::Series) -> String {
        let filter = series.filter.as_ref();
        let filter = filter.map(|filter| format!(" where {}", self.in_rows(filter, Rows::Fields(series.kind))));
        let key: Vec<String> = series.key.iter().map(|part| self.key_part(series.kind, *part)).collect();
        let key = if key.is_empty() { String::new() } else { format!(" by {}", key.join(", ")) };
        let columns: Vec<String> = series.columns.iter().map(|column| self.column(series.kind, *column)).collect();
        let columns = if columns.is_empty() { String::new() } else { format!(" columns {}", columns.join(", ")) };
        let keep = self.keep(id, series.kind, &series.keep);
        format!("{}{}{key}{columns} keeps {keep}", self.kind(series.kind), filter.unwrap_or_default())
    }

    fn keep(&self, id: SeriesId, kind: KindId, keep: &Keep) -> String {
        let series = self.plan.series.get(id.index());
        let column = |column: &u8| {
            let column = series.and_then(|series| series.columns.get(usize::from(*column)));
            column.map_or_else(|| "?".to_owned(), |column| self.column(kind, *column))
        };
        let mut parts: Vec<String> = Vec::new();
        parts.extend(keep.rows.is_some().then(|| format!("rows {}", self.reach(&keep.rows))));
        parts.extend(keep.sums.iter().map(|sum| format!("sums of {}", column(sum))));
        parts.extend(keep.last.is_some().then(|| format!("the last {}", self.reach(&keep.last))));
        parts.extend(keep.totals.then(|| "totals".to_owned()));
        parts.extend(keep.distinct.iter().map(|distinct| format!("distinct {}", column(distinct))));
        parts.extend(keep.streak.then(|| "the streak".to_owned()));
        parts.join(", ")
    }

    fn reach(&self, reach: &Reach) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(reach.ever.then(|| "for ever".to_owned()));
        parts.extend(reach.during.map(|during| format!("for {during}")));
        for flow in &reach.since_start {
            let flow = self.plan.timelines.get(flow.index()).map_or("?", |timeline| self.name(timeline.name));
            parts.push(format!("since the start of {flow}"));
        }
        parts.extend(reach.since_joined.then(|| "since joined".to_owned()));
        parts.join(" and ")
    }

    // ---- items --------------------------------------------------------------------------------------------

    fn subject(&self, subject: &Subject) -> String {
        let mut text = format!("for {}{}", if subject.each { "each " } else { "" }, scope(subject.scope));
        if subject.with_group {
            text.push_str(" with the group");
        }
        if let Some(filter) = &subject.filter {
            text.push_str(&format!(" where {}", self.expr(filter)));
        }
        if let Some(per) = &subject.per {
            text.push_str(&format!(" per {}", self.expr(per)));
        }
        text
    }

    fn handler(&self, handler: &Handler) -> String {
        let mut text =
            format!("{} {}  {}", self.item(handler.item), self.subject(&handler.subject), self.place(handler.place));
        let mut line = |words: String| _ = write!(text, "\n       {words}");
        if !handler.events.is_empty() {
            line(format!("on {}", self.kinds(&handler.events)));
        }
        for silence in &handler.silences {
            line(format!("on no {} for {}", self.kind(silence.kind), silence.during));
        }
        if let Some(when) = &handler.when {
            line(format!("when {}", self.expr(when)));
        }
        if let Some(select) = &handler.select {
            line(self.select(select));
        }
        self.effects(&handler.effects, "do", 7).into_iter().for_each(&mut line);
        self.effects(&handler.otherwise, "otherwise do", 7).into_iter().for_each(&mut line);
        if let Some(text) = &handler.once {
            line(once(text));
        }
        text
    }

    fn select(&self, select: &Select) -> String {
        let amount = match &select.amount {
            SelectAmount::Count(count) => self.expr(count),
            SelectAmount::Share(share) => format!("a share of {}", self.expr(share)),
        };
        let by = match &select.by {
            SelectBy::Top(by) => format!("top {amount} by {}", self.expr(by)),
            SelectBy::Draw => format!("draw {amount}"),
        };
        format!("{by} per {}", scope(select.per))
    }

    /// One line for each effect; the indentation is for what follows within one.
    fn effects(&self, ids: &[EffectId], word: &str, indent: usize) -> Vec<String> {
        let effects = ids.iter().filter_map(|id| self.plan.effects.get(id.index()));
        effects.map(|effect| format!("{word} {}", self.effect(effect, indent))).collect()
    }

    fn effect(&self, effect: &Effect, indent: usize) -> String {
        let mut text = format!("#{} {}", effect.ordinal, self.act(effect, indent));
        if let Some(to) = &effect.to {
            text.push_str(&format!(" to {}", self.expr(to)));
        }
        if let Some(approval) = &effect.approval {
            text.push_str(&self.approval(approval));
        }
        text
    }

    fn approval(&self, approval: &Approval) -> String {
        let one = if approval.one { "one " } else { "" };
        let role = self.name(approval.role);
        let otherwise = if approval.proceed { "proceed" } else { "drop" };
        format!(" needs {one}approval by {role} within {} else {otherwise}", approval.within)
    }

    fn act(&self, effect: &Effect, indent: usize) -> String {
        let everywhere = |everywhere: bool| if everywhere { " everywhere" } else { "" };
        match &effect.act {
            Act::Say { how, what, class } => {
                let class = class.map(|class| format!(" as {}", self.name(class))).unwrap_or_default();
                format!("{} {}{class}", say(*how), self.said(what))
            }
            Act::Dissolve => "dissolve".to_owned(),
            Act::Tag(tag) => format!("tag {}", self.name(*tag)),
            Act::Untag(tag) => format!("untag {}", self.name(*tag)),
            Act::Set { attribute, value } => {
                format!("set {} = {}", self.attribute_of(*attribute), self.expr(value))
            }
            Act::Award { ledger, amount } => format!("award {} {}", self.expr(amount), self.ledger(ledger.index())),
            Act::Redeem { ledger, amount } => format!("redeem {} {}", self.expr(amount), self.ledger(ledger.index())),
            Act::Invite(to) => format!("invite to {}", self.expr(to)),
            Act::InviteWhere(condition) => format!("invite to group where {}", self.expr(condition)),
            Act::DeleteMessage => "delete message".to_owned(),
            Act::Mute { during, everywhere: all } => format!("mute {}{}", self.expr(during), everywhere(*all)),
            Act::Unmute { everywhere: all } => format!("unmute{}", everywhere(*all)),
            Act::Remove { everywhere: all } => format!("remove{}", everywhere(*all)),
            Act::Ban { during, everywhere: all } => {
                let during = during.as_ref().map(|during| format!(" {}", self.expr(during))).unwrap_or_default();
                format!("ban{during}{}", everywhere(*all))
            }
            Act::Unban { everywhere: all } => format!("unban{}", everywhere(*all)),
            Act::Strike { tally, weight, because } => {
                let because = because.as_ref().map(|because| format!(" because {}", self.expr(because)));
                format!(
                    "strike {} {}{}",
                    self.tally_name(tally.index()),
                    self.expr(weight),
                    because.unwrap_or_default()
                )
            }
            Act::Pardon { tally } => format!("pardon {}", self.tally_name(tally.index())),
            Act::Task(task) => self.task(task, indent),
            act => self.other_act(effect, act),
        }
    }

    fn other_act(&self, effect: &Effect, act: &Act) -> String {
        match act {
            Act::Start { timeline, args } => {
                let args: Vec<String> = args.iter().map(|arg| self.expr(arg)).collect();
                format!("start {}({})", self.timeline_name(timeline.index()), args.join(", "))
            }
            Act::Stop { timeline } => format!("stop {}", self.timeline_name(timeline.index())),
            Act::Emit { kind, fields } => {
                let field =
                    |(position, value): &(u8, _)| format!("{}: {}", self.field(*kind, *position), self.expr(value));
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("emit {} {{ {} }}", self.kind(*kind), fields.join(", "))
            }
            Act::Custom { params } => {
                let params: Vec<String> =
                    params.iter().map(|(name, value)| format!("{name}: {}", self.expr(value))).collect();
                format!("{}({})", self.name(effect.name), params.join(", "))
            }
            Act::Sample { metric, value } => {
                let metric = self.plan.metrics.get(metric.index()).map_or("?", |metric| self.name(metric.name));
                format!("sample {metric} = {}", self.expr(value))
            }
            _ => "?".to_owned(),
        }
    }

    fn ledger(&self, position: usize) -> &str {
        self.plan.ledgers.get(position).map_or("?", |ledger| self.name(*ledger))
    }

    fn tally_name(&self, position: usize) -> &str {
        self.plan.tallies.get(position).map_or("?", |tally| self.name(tally.name))
    }

    fn timeline_name(&self, position: usize) -> &str {
        self.plan.timelines.get(position).map_or("?", |timeline| self.name(timeline.name))
    }

    fn said(&self, said: &Said) -> String {
        match said {
            Said::Message { message, args } => {
                let name = self.plan.messages.get(message.index()).map_or("?", |message| self.name(message.name));
                let args: Vec<String> = args.iter().map(|arg| self.expr(arg)).collect();
                if args.is_empty() { name.to_owned() } else { format!("{name}({})", args.join(", ")) }
            }
            Said::Text(text) => self.template(text),
            Said::Pool(pool) => {
                format!("from {}", self.plan.pools.get(pool.index()).map_or("?", |pool| self.name(pool.name)))
            }
        }
    }

    fn task(&self, task: &Task, indent: usize) -> String {
        let name = task.name.map(|name| format!(" {}", self.name(name))).unwrap_or_default();
        let due = match &task.due {
            Due::After(after) => format!("due {}", self.expr(after)),
            Due::Offset(offset) => format!("due at anchor {}", signed(*offset)),
            Due::At(time) => format!("due at {}", self.expr(time)),
        };
        let mut text = format!("task{name} {} for {} {due}", self.template(&task.title), self.name(task.role));
        for line in self.effects(&task.otherwise, "otherwise do", indent + 2) {
            text.push_str(&format!("\n{}{line}", " ".repeat(indent + 2)));
        }
        text
    }

    fn timeline(&self, timeline: &Timeline) -> String {
        let params =
            if timeline.params.is_empty() { String::new() } else { format!("({})", timeline.params.join(", ")) };
        let mut text = format!("{}{params} {}", self.item(timeline.item), self.subject(&timeline.subject));
        let mut line = |words: String| _ = write!(text, "\n       {words}");
        for edge in &timeline.edges {
            let when = edge.when.as_ref().map(|when| format!(" when {}", self.expr(when))).unwrap_or_default();
            line(format!("{} on {}{when}", edge_sort(edge.sort), self.kind(edge.kind)));
        }
        if let Some(goal) = &timeline.goal {
            line(format!("goal when {}  tested at {}", self.expr(&goal.when), self.kinds(&goal.wakes)));
        }
        if let Some(anchor) = &timeline.anchor {
            line(format!("anchor {}", self.expr(anchor)));
        }
        if let Some(text) = &timeline.once {
            line(once(text));
        }
        if timeline.on_change != OnChange::Follow {
            line(format!("on change {}", timeline.on_change.word()));
        }
        for step in &timeline.steps {
            line(self.step(step));
        }
        text
    }

    fn step(&self, step: &Step) -> String {
        let at = match &step.at {
            StepAt::Offset(offset) => format!("at anchor {}", signed(*offset)),
            at => self.step_at(at),
        };
        let when = step.when.as_ref().map(|when| format!(" when {}", self.expr(when))).unwrap_or_default();
        let effects: Vec<String> = self.effects(&step.effects, "do", 9);
        format!("{at}{when}  {}\n         {}", self.place(step.place), effects.join("\n         "))
    }

    /// The time of a step, as it would be written.
    pub(super) fn step_at(self, at: &StepAt) -> String {
        match at {
            StepAt::Start => "at once".to_owned(),
            StepAt::Offset(offset) => format!("at {}", signed(*offset)),
            StepAt::Time(time) => format!("at {}", self.expr(time)),
            StepAt::Day { day, at } => format!("day {day} at {at}"),
            StepAt::Tasks(tasks) => format!("after {}", self.names(tasks)),
        }
    }

    fn latch(&self, latch: &Latch) -> String {
        let sort = match latch.sort {
            LatchSort::Segment(id) => format!("segment {}", id.0),
            LatchSort::Tiers(id) => format!("tiers {}", id.0),
        };
        let mut text = format!("{} {} as {sort}", self.item(latch.item), self.subject(&latch.subject));
        for (level, when) in (1..).zip(&latch.levels) {
            _ = write!(text, "\n       level {level} when {}", self.expr(when));
        }
        _ = write!(text, "\n       tested at {}", self.kinds(&latch.wakes));
        if let Some(reviews) = &latch.demote_after {
            _ = write!(text, "\n       falls after {reviews} failed reviews");
        }
        text
    }

    fn tally(&self, tally: &Tally) -> String {
        let mut text =
            format!("{} for {}  strikes {}", self.name(tally.name), scope(tally.scope), fading(&tally.fading));
        for (at, handler) in &tally.steps {
            _ = write!(text, "\n       from {at}: handler {}", handler.0);
        }
        if let Some(appeal) = &tally.appeal {
            _ = write!(text, "\n       appeal within {} to {}", appeal.within, self.name(appeal.role));
        }
        text
    }

    fn limit(&self, limit: &Limit) -> String {
        let mut text =
            format!("{} {}  on {}", self.name(limit.name), self.subject(&limit.subject), self.names(&limit.actions));
        if let Some(class) = &limit.class {
            _ = write!(text, " as {}", self.name(*class));
        }
        if !limit.counting.is_empty() {
            _ = write!(text, " counting {}", self.names(&limit.counting));
        }
        for cap in &limit.caps {
            _ = write!(text, "  {cap}");
        }
        for (from, to) in &limit.quiet {
            _ = write!(text, "  not between {from} and {to}");
        }
        let otherwise = match &limit.otherwise {
            LimitElse::Skip => "skip".to_owned(),
            LimitElse::Defer => "defer".to_owned(),
            LimitElse::Hold { role, within } => format!("hold for {} within {within}", self.name(*role)),
        };
        format!("{text}  else {otherwise}")
    }

    fn budget(&self, budget: &Budget) -> String {
        let mut text =
            format!("{} {}  on {}", self.name(budget.name), self.subject(&budget.subject), self.names(&budget.actions));
        if let Some(class) = &budget.class {
            _ = write!(text, " as {}", self.name(*class));
        }
        for cap in &budget.caps {
            _ = write!(text, "  {cap}");
        }
        text
    }
}

impl fmt::Display for Cap {
    /// `at most 2 per week`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.per {
            CapPer::Period(period) => write!(f, "at most {} per {period}", self.most),
            CapPer::Trailing(during) => write!(f, "at most {} per {during}", self.most),
        }
    }
}

impl fmt::Display for BudgetCap {
    /// `at most 20 per day per role`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.cap, if self.per_role { " per role" } else { "" })
    }
}

fn work(what: &ScheduledWork) -> String {
    let ids =
        |ids: &[crate::plan::ids::HandlerId]| ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(", ");
    match what {
        ScheduledWork::Review(latch) => format!("review of latch {}", latch.0),
        ScheduledWork::Sample(handlers) => format!("sample by handlers {}", ids(handlers)),
        ScheduledWork::Handlers(handlers) => format!("handlers {}", ids(handlers)),
    }
}

fn once(once: &Once) -> String {
    match once.per {
        Some(per) => format!("once per {per}  memory {}", once.memory.0),
        None => format!("once  memory {}", once.memory.0),
    }
}

fn signed(offset: crate::time::Duration) -> String {
    if offset >= crate::time::Duration::ZERO { format!("+{offset}") } else { offset.to_string() }
}

fn fading(fading: &Fading) -> String {
    match fading {
        Fading::Last(during) => format!("last {during}"),
        Fading::ClearedAfter(during) => format!("cleared after {during} clean"),
        Fading::Fade { amount, per } => format!("fade {amount} per {per}"),
        Fading::Never => "for ever".to_owned(),
    }
}

fn say(how: Say) -> &'static str {
    match how {
        Say::Post => "post",
        Say::Announce => "announce",
        Say::Dm => "dm",
        Say::Warn => "warn",
    }
}

fn edge_sort(sort: EdgeSort) -> &'static str {
    match sort {
        EdgeSort::Stop => "stop",
        EdgeSort::Update => "update",
        EdgeSort::Restart => "restart",
        EdgeSort::Start => "start",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Community => "community",
        Scope::Group => "group",
        Scope::Member => "member",
        Scope::Membership => "member in group",
    }
}

fn carries(kind: &EventKind) -> String {
    let key = |name: &str, carries: Carries| match carries {
        Carries::Never => None,
        Carries::Maybe => Some(format!("{name}?")),
        Carries::Always => Some(name.to_owned()),
    };
    let keys: Vec<String> = [key("member", kind.member), key("group", kind.group)].into_iter().flatten().collect();
    if keys.is_empty() { "community".to_owned() } else { keys.join(" in ") }
}

fn field_type(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Bool => "bool",
        FieldType::Number => "number",
        FieldType::Percent => "percent",
        FieldType::Money => "money",
        FieldType::Duration => "duration",
        FieldType::Time => "time",
        FieldType::Text => "text",
        FieldType::List => "list",
        FieldType::Name => "name",
        FieldType::Tier => "tier",
        FieldType::Member => "member",
        FieldType::Group => "group",
    }
}
