//! Rule 12, decisions: their fields, arguments, ids, causes and reasons.

use crate::world::{Run, World};
use serde_json::{Value, json};

/// The arguments of the first decision of `r`, whose actions answer `message.posted`.
fn args(declared: &str, action: &str) -> Value {
    first(declared, action)["args"].clone()
}

fn first(declared: &str, action: &str) -> Value {
    let items = format!("{declared}\nrule r for member in group {{ on message.posted  do {action} }}");
    World::new(&items).log("03-04 08:00 message.posted g m links=2").run().json("r").remove(0)
}

// ---- fields --------------------------------------------------------------------------------------------------------

#[test]
fn a_decision_has_these_fields() {
    let decision = first("", "mute 1h");
    let id = decision["id"].as_str().unwrap();
    assert!(!id.is_empty());
    let whole = json!({
        "at": "2024-03-04T08:00:00+08:00", "id": id, "action": "mute", "group": "g", "member": "m",
        "args": {"for_s": 3600}, "status": "done", "certainty": "certain", "item": "r", "source": decision["source"], "causes": ["e1"],
    });
    assert_eq!(decision, whole);
}

#[test]
fn the_time_has_the_offset_of_the_community() {
    let rule = "community { timezone \"America/New_York\" currency USD }
    rule r for member in group { on message.posted  do mute 1h }";
    let run = World::new(rule).log("03-04 08:00 message.posted g m\n07-04 08:00 message.posted g m").run();
    let at: Vec<String> = run.json("r").iter().map(|decision| decision["at"].as_str().unwrap().to_owned()).collect();
    assert_eq!(at, ["2024-03-04T08:00:00-05:00", "2024-07-04T08:00:00-04:00"]);
}

#[test]
fn what_concerns_a_group_has_no_member() {
    let rule = "rule r for group { on message.posted  do post \"x\" }";
    let decision = World::new(rule).log("03-04 08:00 message.posted g m").run().json("r").remove(0);
    assert_eq!((decision["group"].as_str(), decision.get("member")), (Some("g"), None));
}

#[test]
fn what_concerns_a_person_has_no_group() {
    let rule = "rule r for member { on message.posted  do dm \"x\" }";
    let decision = World::new(rule).log("03-04 08:00 message.posted g m").run().json("r").remove(0);
    assert_eq!((decision.get("group"), decision["member"].as_str()), (None, Some("m")));
}

#[test]
fn the_source_is_file_line_and_column() {
    let rule = "# a comment\nrule r for member in group {\n  on message.posted\n  do mute 1h\n}";
    let run = World::new("").file("more/b.sop", rule).log("03-04 08:00 message.posted g m").run();
    let source = run.json("r")[0]["source"].as_str().unwrap().to_owned();
    assert!(source.starts_with("more/b.sop:4:"), "{source}");
}

#[test]
fn the_item_is_the_name_of_the_rule_flow_ladder_tiers_or_calendar() {
    let items = "
    rule a_rule for member in group { on member.joined  do strike a_ladder }
    flow a_flow for member in group { start on member.joined  at once do dm \"x\" }
    ladder a_ladder for member in group { at 1 do warn \"x\" }
    tiers a_tiers for member { tier low  tier high when exists(member.joined) }
    calendar a_calendar for group { every day at 09:00 do post \"x\" }";
    let run = World::new(items).log("03-04 08:00 member.joined g m").until("03-04 10:00").run();
    for (item, action) in
        [("a_rule", "strike"), ("a_flow", "dm"), ("a_ladder", "warn"), ("a_tiers", "promote"), ("a_calendar", "post")]
    {
        assert_eq!(run.json(item)[0]["action"], action, "{item}");
    }
}

// ---- arguments -----------------------------------------------------------------------------------------------------

#[test]
fn saying_has_the_message_the_text_the_class_and_the_voice() {
    let declared = "class c voice v \"Vee\" message hello by v for member in group \"hi {member.id}\"
    message all for group \"hi all\"";
    assert_eq!(
        args(declared, "dm hello as c"),
        json!({"message": "hello", "text": "hi m", "class": "c", "voice": "v"})
    );
    assert_eq!(args(declared, "dm hello"), json!({"message": "hello", "text": "hi m", "voice": "v"}));
    assert_eq!(args(declared, "warn hello"), json!({"message": "hello", "text": "hi m", "voice": "v"}));
    assert_eq!(args(declared, "post all as c"), json!({"message": "all", "text": "hi all", "class": "c"}));
    assert_eq!(args(declared, "announce all"), json!({"message": "all", "text": "hi all"}));
    assert_eq!(args(declared, "dm \"x {event.links}\"")["text"], "x 2");
}

#[test]
fn sanctions_have_their_time_in_seconds_or_none() {
    assert_eq!(args("", "mute 1d12h"), json!({"for_s": 129_600}));
    assert_eq!(args("", "ban 2w"), json!({"for_s": 1_209_600}));
    assert_eq!(args("", "ban"), json!({}));
    assert_eq!(args("", "remove"), json!({}));
}

#[test]
fn undoing_sanctions_has_no_arguments() {
    let rule = "rule r for member in group { on checkin.done  do { unmute unban } }
    rule m for member in group { on message.posted  do mute 1d }
    rule b for member in group { on reaction.added  do ban }";
    let log = "03-04 08:00 message.posted g m\n03-04 08:00 reaction.added g n\n03-04 08:01 checkin.done g m\n03-04 08:01 checkin.done g n";
    let run = World::new(rule).log(log).run();
    let lines = [
        "03-04 08:01 g m unmute done",
        "03-04 08:01 g m unban skipped (no change)",
        "03-04 08:01 g n unmute skipped (no change)",
        "03-04 08:01 g n unban done",
    ];
    assert_eq!(run.of("r"), lines);
    assert!(run.json("r").iter().all(|decision| decision["args"] == json!({})));
}

#[test]
fn a_deleted_message_is_named_by_its_event() {
    assert_eq!(args("", "delete message"), json!({"message_id": "e1"}));
    assert_eq!(first("", "delete message")["action"], "delete_message");
}

#[test]
fn tags_and_fields_have_what_was_set() {
    assert_eq!(args("tag t", "tag t"), json!({"tag": "t"}));
    assert_eq!(args("tag t", "{ tag t  untag t }"), json!({"tag": "t"}));
    let fields =
        "field city: text for member field n: number for member field fee: money for member field on_: bool for member";
    assert_eq!(args(fields, "set city = \"X\""), json!({"field": "city", "value": "X"}));
    assert_eq!(args(fields, "set n = event.links * 1.5"), json!({"field": "n", "value": 3}));
    assert_eq!(args(fields, "set fee = ¥1.50"), json!({"field": "fee", "value": 1.5}));
    assert_eq!(args(fields, "set on_ = event.links > 1"), json!({"field": "on_", "value": true}));
    let time = args("field since_: time for member", "set since_ = now");
    assert_eq!(time, json!({"field": "since_", "value": "2024-03-04T08:00:00+08:00"}));
}

#[test]
fn points_have_their_ledger_the_amount_and_the_new_balance() {
    let items = "points p rule r for member { on survey.answered  do { award 5 p  redeem 2 p } }";
    let run = World::new(items).log("03-04 08:00 survey.answered - m\n03-04 08:01 survey.answered - m").run();
    let args: Vec<Value> = run.json("r").iter().map(|decision| decision["args"].clone()).collect();
    let balance = |amount: i32, balance: i32| json!({"points": "p", "amount": amount, "balance": balance});
    assert_eq!(args, [balance(5, 5), balance(2, 3), balance(5, 8), balance(2, 6)]);
}

#[test]
fn strikes_have_ladder_weight_and_total() {
    let ladder = "ladder l for member in group { at 9 do remove }";
    assert_eq!(args(ladder, "strike l"), json!({"ladder": "l", "weight": 1, "total": 1}));
    assert_eq!(args(ladder, "strike l 3"), json!({"ladder": "l", "weight": 3, "total": 3}));
    let items = format!(
        "{ladder} rule s for member in group {{ on message.posted  do strike l 3 }}
    rule r for member in group {{ on checkin.done  do pardon l }}"
    );
    let run = World::new(&items).log("03-04 08:00 message.posted g m\n03-04 08:01 checkin.done g m").run();
    assert_eq!(run.json("r")[0]["args"], json!({"ladder": "l", "weight": 3, "total": 0}));
}

#[test]
fn tiers_have_from_and_to() {
    let items = "tiers t for member { tier low  tier high when exists(survey.answered) }";
    let decision = World::new(items).log("03-04 08:00 survey.answered - m").run().json("t").remove(0);
    assert_eq!(
        (&decision["action"], &decision["args"]),
        (&json!("promote"), &json!({"tiers": "t", "from": "low", "to": "high"}))
    );
}

#[test]
fn an_invitation_has_its_group() {
    let items = "kind vip, lead rule r for member { on survey.answered  do invite to group where group is vip }";
    let log = "03-04 08:00 group.created g - group_kind=lead\n03-04 08:00 group.created h - group_kind=vip\n03-04 08:01 survey.answered - m";
    assert_eq!(World::new(items).log(log).run().json("r")[0]["args"], json!({"to": "h"}));
}

#[test]
fn a_task_has_title_role_due_and_name() {
    let due = "2024-03-06T08:00:00+08:00";
    assert_eq!(
        args("role owner", "task \"T {event.links}\" for owner due 2d"),
        json!({"title": "T 2", "role": "owner", "due": due})
    );
    let named = json!({"title": "T", "role": "owner", "due": due, "name": "prep"});
    assert_eq!(args("role owner", "task prep \"T\" for owner due 2d"), named);
    let at = args("role owner", "task \"T\" for owner due at 2024-03-06T08:00");
    assert_eq!(at["due"], due);
}

#[test]
fn flows_events_and_actions_of_ones_own_have_theirs() {
    let flow = "flow f(n: number) for member in group { after 1h do dm \"{n}\" }";
    assert_eq!(args(flow, "start f(2)"), json!({"flow": "f"}));
    assert_eq!(args(flow, "{ start f(2)  stop f }"), json!({"flow": "f"}));
    let event = "event e for member in group { n: number, t: text }";
    assert_eq!(args(event, "emit e { n: event.links, t: \"x\" }"), json!({"event": "e", "n": 2, "t": "x"}));
    let action = "action coupon(code: text, worth: money, d: duration)";
    let worth = json!({"code": "C2", "worth": 5.5, "d": 3600});
    assert_eq!(args(action, "coupon(\"C{event.links}\", ¥5.50, 1h)"), worth);
    assert_eq!(first(action, "coupon(\"C\", ¥5, 1h)")["action"], "coupon");
}

#[test]
fn dissolving_has_no_arguments() {
    let items = "rule r for group { on message.posted  do dissolve }";
    let decision = World::new(items).log("03-04 08:00 message.posted g m").run().json("r").remove(0);
    assert_eq!((&decision["action"], &decision["args"]), (&json!("dissolve"), &json!({})));
}

// ---- ids and causes ------------------------------------------------------------------------------------------------

const ITEMS: &str = "
rule a for member in group { on message.posted  do { tag t  mute 1h } }
rule b for member { on tag.added  do dm \"b\" }
flow f for member in group { start on message.posted  after 1h do dm \"f\"  after 2h do dm \"g\" }
tag t
";
const LOG: &str = "03-04 08:00 message.posted g m\n03-04 08:00 message.posted g n\n03-04 12:00 message.posted g m";

fn ids(run: &Run) -> Vec<String> {
    run.out.decisions.iter().map(|decision| decision.id.to_string()).collect()
}

#[test]
fn ids_are_the_same_in_every_run_and_all_different() {
    let run = || World::new(ITEMS).log(LOG).run();
    let mut all = ids(&run());
    assert_eq!(all, ids(&run()));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), run().out.decisions.len());
}

#[test]
fn comments_and_spaces_do_not_change_ids() {
    let spaced = ITEMS.replace("rule", "# a comment\n\n  rule").replace("do", "\n  do # so\n");
    assert_eq!(ids(&World::new(ITEMS).log(LOG).run()), ids(&World::new(&spaced).log(LOG).run()));
}

#[test]
fn other_items_do_not_change_ids() {
    let more = "tag q message x for group \"x\" rule z for member in group { on member.left  do tag q }\n";
    assert_eq!(ids(&World::new(ITEMS).log(LOG).run()), ids(&World::new(&format!("{more}{ITEMS}")).log(LOG).run()));
}

#[test]
fn the_order_of_files_does_not_change_ids() {
    let (x, y) =
        ("rule x for member { on survey.answered  do tag t }", "rule y for member { on survey.answered  do dm \"y\" }");
    let run = |one: &str, two: &str, turned: bool| {
        let files = if turned { [("c.sop", two), ("b.sop", one)] } else { [("b.sop", one), ("c.sop", two)] };
        let world = files.into_iter().fold(World::new("tag t"), |world, (path, text)| world.file(path, text));
        world.log("03-04 08:00 survey.answered - m").run()
    };
    assert_eq!(ids(&run(x, y, false)), ids(&run(x, y, true)));
    let mut moved = ids(&run(y, x, false));
    moved.reverse();
    assert_eq!(ids(&run(x, y, false)), moved);
}

#[test]
fn causes_lead_back_to_the_event() {
    let run = World::new(ITEMS).log(LOG).run();
    let (tagged, told) = (&run.json("a")[0], &run.json("b")[0]);
    assert_eq!(tagged["causes"], json!(["e1"]));
    let causes: Vec<&str> = told["causes"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(causes.last(), Some(&"e1"));
    assert!(causes.contains(&tagged["id"].as_str().unwrap()), "{causes:?}");
}

#[test]
fn a_step_is_caused_by_the_event_that_started_the_run() {
    let run = World::new(ITEMS).log(LOG).run();
    assert_eq!(run.json("f")[0]["causes"].as_array().unwrap().last(), Some(&json!("e1")));
}

#[test]
fn a_sanction_of_a_ladder_is_caused_by_the_strike() {
    let items = "rule r for member in group { on message.posted  do strike l }
    ladder l for member in group { at 1 do warn \"x\" }";
    let run = World::new(items).log("03-04 08:00 message.posted g m").run();
    let causes = run.json("l")[0]["causes"].clone();
    assert_eq!(causes.as_array().unwrap().last(), Some(&json!("e1")));
    assert!(causes.as_array().unwrap().contains(&run.json("r")[0]["id"]), "{causes}");
}

#[test]
fn what_was_deferred_or_held_is_settled_under_its_id() {
    let items = "role owner
    limit night for community { on dm  not between 22:30 and 08:00  else defer }
    rule r for member in group { on message.posted  do dm \"x\" }
    rule h for member in group { on message.posted  do remove needs approval by owner within 1h else drop }";
    let run = World::new(items).log("03-04 23:00 message.posted g m").until("03-05 09:00").run();
    for (item, statuses) in [("r", ["deferred", "done"]), ("h", ["held", "dropped"])] {
        let two = run.json(item);
        assert_eq!((&two[0]["status"], &two[1]["status"]), (&json!(statuses[0]), &json!(statuses[1])));
        assert_eq!((&two[0]["id"], two.len()), (&two[1]["id"], 2));
        assert_eq!(two[0]["args"], two[1]["args"]);
    }
}

// ---- reasons -------------------------------------------------------------------------------------------------------

#[test]
fn reasons_of_approvals() {
    let held = |otherwise: &str, more: &str| {
        let items = format!(
            "role owner
            rule r for member in group {{ on message.posted  do mute 1d needs approval by owner within 1h else {otherwise} }}"
        );
        let run = World::new(&items).log("03-04 08:00 message.posted g m").run();
        let id = run.id("r", 0);
        run.and_log(&more.replace("ID", &id)).and_until("03-04 12:00").of("r")
    };
    let held_at = "03-04 08:00 g m mute held";
    assert_eq!(held("drop", ""), [held_at, "03-04 09:00 g m mute dropped (approval expired)"]);
    assert_eq!(held("proceed", ""), [held_at, "03-04 09:00 g m mute done"]);
    let denied = "03-04 08:30 approval.decided - - action=ID approved=false";
    assert_eq!(held("proceed", denied), [held_at, "03-04 08:30 g m mute dropped (approval denied)"]);
    let approved = "03-04 08:30 approval.decided - - action=ID approved=true";
    assert_eq!(held("drop", approved), [held_at, "03-04 08:30 g m mute done"]);
    let late = "03-04 09:00 approval.decided - - action=ID approved=true";
    assert_eq!(held("drop", late), [held_at, "03-04 09:00 g m mute dropped (approval expired)"]);
}

#[test]
fn one_approval_is_for_all_that_one_firing_does() {
    let one = "needs one approval by owner within 1h else drop";
    let items = format!(
        "role owner tag t
        rule r for member in group {{ on message.posted  do {{ tag t {one}  mute 1d {one}  dm \"x\" {one} }} }}"
    );
    for position in 0..3 {
        let run = World::new(&items).log("03-04 08:00 message.posted g m").run();
        assert!(run.of("r").iter().all(|line| line.ends_with(" held")), "{:?}", run.of("r"));
        let id = run.id("r", position);
        let run = run.and_log(&format!("03-04 08:30 approval.decided - - action={id} approved=true"));
        assert_eq!(run.of("r")[3..].len(), 3);
        assert!(run.of("r")[3..].iter().all(|line| line.ends_with(" done")), "{:?}", run.of("r"));
    }
}

#[test]
fn one_approval_is_for_all_subjects_of_one_firing() {
    let items = "role owner
    rule r for member in group {
        every day at 09:00  do remove needs one approval by owner within 1h else drop
    }";
    let log = "03-04 08:00 member.joined g a\n03-04 08:00 member.joined g b\n03-04 08:00 member.joined h c\n";
    let run = World::new(items).log(log).until("03-04 09:30").run();
    let id = run.id("r", 2);
    let run = run.and_log(&format!("03-04 09:30 approval.decided - - action={id} approved=false"));
    let mut dropped = run.of("r").split_off(3);
    dropped.sort();
    let lines = ["g a", "g b", "h c"].map(|who| format!("03-04 09:30 {who} remove dropped (approval denied)"));
    assert_eq!(dropped, lines);
}

#[test]
fn reasons_of_what_changes_nothing() {
    let no_change = |more: &str, action: &str| {
        let decision = first(&format!("tag t field city: text for member {more}"), action);
        (decision["status"].as_str().unwrap().to_owned(), decision["reason"].as_str().unwrap().to_owned())
    };
    for action in ["untag t", "unmute", "unban"] {
        assert_eq!(no_change("", action), ("skipped".to_owned(), "no change".to_owned()), "{action}");
    }
    let items = "tag t field city: text for member
    rule r for member in group { on message.posted  do { tag t  tag t  set city = \"X\"  set city = \"X\" } }";
    let run = World::new(items).log("03-04 08:00 message.posted g m").run();
    let ends = [" done", " skipped (no change)", " done", " skipped (no change)"];
    assert!(run.of("r").iter().zip(ends).all(|(line, end)| line.ends_with(end)), "{:?}", run.of("r"));
}

#[test]
fn reasons_of_whom() {
    let items = "rule r for member in group { on member.joined  do { delete message  mute 1d to event.inviter } }";
    let items = items.replace("delete message  ", "");
    let log = "03-04 08:00 member.joined g m\n03-04 08:01 member.joined g n inviter=q\n03-04 08:02 member.joined g o inviter=m";
    let run = World::new(&items).log(log).run();
    let reasons: Vec<Option<Value>> = run.json("r").iter().map(|decision| decision.get("reason").cloned()).collect();
    assert_eq!(reasons, [Some(json!("nobody")), Some(json!("not a member")), None]);
}

#[test]
fn reasons_of_missing_values_and_balances() {
    let declared = "points p field n: number for member";
    let decision = first(declared, "set n = event.length + 1");
    assert_eq!((&decision["status"], &decision["reason"]), (&json!("skipped"), &json!("missing value")));
    let decision = first(declared, "redeem 1 p");
    assert_eq!((&decision["status"], &decision["reason"]), (&json!("skipped"), &json!("balance too low")));
}

#[test]
fn reasons_of_limits_name_the_limit() {
    for (otherwise, status) in [("skip", "skipped"), ("defer", "deferred"), ("hold for owner within 1h", "held")] {
        let declared =
            format!("role owner limit l for community {{ on dm  not between 07:00 and 09:00  else {otherwise} }}");
        let decision = first(&declared, "dm \"x\"");
        assert_eq!((&decision["status"], &decision["reason"]), (&json!(status), &json!("limit l")));
    }
}

#[test]
fn reasons_of_sanctions_name_the_stronger() {
    let items = "rule r for member in group { on message.posted  do { warn \"x\"  mute 1h  mute 2h } }
    rule s for member in group { on message.posted  when event.links > 0  do ban }
    rule t for member in group { on message.posted  when event.links > 1  do remove }";
    let run = |links: u8| World::new(items).log(&format!("03-04 08:00 message.posted g m links={links}")).run();
    let reason = |decision: &Value| decision.get("reason").map(|reason| reason.as_str().unwrap().to_owned());
    let mut by_mute: Vec<Option<String>> = run(0).json("r").iter().map(reason).collect();
    by_mute.sort();
    let overruled = Some("overruled by mute".to_owned());
    assert_eq!(by_mute, [None, overruled.clone(), overruled]);
    let by_ban: Vec<Option<String>> = run(2).json("r").iter().chain(&run(2).json("t")).map(reason).collect();
    assert!(by_ban.iter().all(|reason| reason.as_deref() == Some("overruled by ban")), "{by_ban:?}");
}

#[test]
fn a_chain_is_cut_at_its_65th_link() {
    let items = "event e for member { n: number }
    rule r for member { on e, survey.answered  do emit e { n: 1 } }";
    let run = World::new(items).log("03-04 08:00 survey.answered - m").run();
    assert_eq!((run.times("r").len(), run.of("r").len(), run.out.notes.len()), (64, 65, 1));
    assert_eq!(run.json("r")[64]["reason"], "cascade too long");
}

#[test]
fn two_places_never_share_an_id() {
    let items = "rule r for member in group {
        on message.posted, checkin.done
        when true  do { dm \"x\"  dm \"x\" }
        when true  do dm \"x\"
    }
    rule s for member in group { on message.posted  do dm \"x\"  }
    flow f for member in group { start on message.posted  at once do dm \"x\"  at once do { dm \"x\" dm \"x\" } }
    rule p for group per event.text_hash { on message.posted  do post \"x\" }
    calendar c for group { every day at 09:00 do post \"x\"  every day at 09:00, 10:00 do post \"x\" }";
    let run = World::new(items).log(
        "03-04 08:00 message.posted g m text_hash=a
         03-04 08:00 message.posted g m text_hash=b
         03-04 08:00 checkin.done g m
         03-04 08:00 message.posted h m text_hash=a",
    );
    let run = run.until("03-06 12:00").run();
    let mut all = ids(&run);
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
    assert!(
        run.json("c").iter().all(|decision| decision["causes"].as_array().is_some_and(|causes| !causes.is_empty()))
    );
}

#[test]
fn one_approval_is_not_for_what_another_item_does() {
    let one = "needs one approval by owner within 1h else drop";
    let items = format!(
        "role owner
        rule r for member in group {{ on message.posted  do {{ strike l  strike k  dm \"r\" {one} }} }}
        rule s for member in group {{ on message.posted  do dm \"s\" {one} }}
        ladder l for member in group {{ at 1 do dm \"l\" {one} }}
        ladder k for member in group {{ at 1 do dm \"k\" {one} }}"
    );
    for item in ["r", "s", "l", "k"] {
        let run = World::new(&items).log("03-04 08:00 message.posted g m").run();
        let held = run.json(item).into_iter().find(|decision| decision["status"] == "held").unwrap();
        let id = held["id"].as_str().unwrap();
        let run = run.and_log(&format!("03-04 08:30 approval.decided - - action={id} approved=false"));
        let dropped = run.brief().into_iter().filter(|line| line.contains("dropped")).collect::<Vec<_>>();
        assert_eq!(dropped, [format!("03-04 08:30 g m {item} dm dropped (approval denied)")]);
    }
}

#[test]
fn a_sanction_for_ever_has_no_seconds() {
    for action in ["mute (since(purchase.made))", "ban (since(purchase.made))"] {
        let decision = first("", action);
        assert_eq!((&decision["status"], &decision["args"]), (&json!("done"), &json!({})), "{action}");
    }
}

#[test]
fn a_flow_is_not_started_with_an_unknown_argument() {
    let flow = "flow f(words: text) for member in group { after 1h do dm \"{words}\" }";
    let decision = first(flow, "start f(event.text)");
    assert_eq!((&decision["status"], &decision["reason"]), (&json!("skipped"), &json!("missing value")));
}

#[test]
fn a_metric_per_field_has_a_sample_for_each_value_seen() {
    let items = "action say(words: text)
        metric a for group per content every day at 09:00 = count(content.opened)
        rule r for group { on metric.a  do say(\"{event.content} {event.value}\") }";
    let log = "03-04 08:00 content.opened g m content=x\n 03-04 08:10 content.opened g n content=y\n
        03-04 08:20 content.opened g n content=x";
    let run = World::new(items).log(log).until("03-04 10:00").run();
    assert_eq!(run.args("r", "words"), ["x 2", "y 1"]);
}

#[test]
fn only_a_message_or_a_named_one_is_deleted() {
    let rule = "rule r for member in group { on message.reported  do delete message }";
    let log = "03-04 08:00 message.reported g m reporter=n message=e7";
    assert_eq!(World::new(rule).log(log).run().of("r"), ["03-04 08:00 g m delete_message skipped (missing value)"]);
    let rule = format!("{rule}\nevent message.reported for member in group {{ message: text? }}");
    assert_eq!(World::new(&rule).log(log).run().full("r"), ["delete_message message_id=e7"]);
}

#[test]
fn what_several_do_to_one_member_has_ids_of_its_own() {
    let rule = "field boss: member for group
      ladder l for member in group { at 99 do remove }
      rule r for member in group { every day at 09:00  do strike l to group.owner }";
    let log = "03-04 08:00 group.created g - group_kind=k owner=o\n03-04 08:00 checkin.done g o\n03-04 08:01 checkin.done g m";
    let run = World::new(&format!("kind k {rule}")).log(log).until("03-04 10:00").run();
    assert_eq!(run.of("r").len(), 2);
    assert_ne!(run.id("r", 0), run.id("r", 1));
}

#[test]
fn a_pardon_that_is_not_done_tells_what_it_would_forgive() {
    let items = "role owner
      ladder l for member in group { at 99 do remove }
      rule r for member in group { on message.posted  do strike l }
      rule p for member in group { on checkin.done  do pardon l needs approval by owner within 1d else drop }";
    let run = World::new(items).log("03-04 08:00 message.posted g m\n03-04 09:00 checkin.done g m").run();
    assert_eq!(run.full("p"), ["pardon ladder=l weight=1 total=1"]);
}

#[test]
fn a_field_of_a_group_needs_a_group() {
    let items = "field open: bool for group
      ladder l for member { at 1 do set open = true }
      rule r for member { on survey.answered  do strike l }";
    let run = World::new(items).log("03-04 08:00 survey.answered - m").run();
    assert_eq!(run.of("l"), ["03-04 08:00 - - set skipped (no group)"]);
}

#[test]
fn a_field_of_a_membership_that_never_was_cannot_be_set() {
    let items = "field seat: number for member in group
      rule r for member in group { on checkin.done  do set seat = 1 }";
    let run = World::new(items).log("03-04 08:00 group.closed g -\n03-04 08:01 checkin.done g m").run();
    assert_eq!(run.brief(), ["03-04 08:01 g m r set skipped (not a member)"]);
}
