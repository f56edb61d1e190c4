use crate::qun::{playbook, qun};

/// What a group is left with: every sort of item, and nothing that reaches beyond a group.
const ITEMS: &str = include_str!("../../benches/groups.sop");
const MORE: &str = r#"
metric busy for group every 2h = count(message.posted, last 2h)
segment loud for member in group when count(message.posted, last 1d) >= 10
rule greeted for member in group { on segment.entered when event.segment is loud do post "loud: {member.name}" }
rule morning for group { every day at 09:00 when group.busy > 1 do task "look at {group.busy}" for admin due 1d }
limit few for group { on task, post  at most 3 per day  else defer }
calendar week for group { every monday at 10:00 do post "a new week" }
flow quiet for member in group {
  start on member.joined
  goal when count(message.posted, since start) >= 20
  after 12h do task "ask {member.name}" for admin due 6h otherwise do post "nobody asked {member.name}"
  after 3d do dm nudge
}
"#;

fn generated() -> String {
    qun("generate --events 12000 --groups 17 --members 300 --days 40").ends_with(0).out.clone()
}

fn items() -> String {
    ITEMS.to_owned() + MORE
}

/// `simulate` of that playbook, and the samples of its metric.
fn simulate(log: &str, format: &str, threads: u32) -> (String, String) {
    let ran = qun(&format!("simulate a.sop --log l --format {format} --threads {threads} --metrics m.csv"))
        .file("a.sop", items())
        .file("l", log)
        .ends_with(0);
    let samples = ran.read("m.csv");
    (ran.out.clone(), samples)
}

#[test]
fn groups_run_apart_give_the_same_bytes_in_every_form() {
    assert!(plan(&items()).ends_with("\ngroups can be run apart: nothing looks, counts or reaches beyond one group\n"));
    let log = generated();
    for format in ["jsonl", "csv", "json", "human"] {
        let one = simulate(&log, format, 1);
        for threads in [2, 3, 7] {
            let apart = simulate(&log, format, threads);
            for (one, apart) in [(&one.0, &apart.0), (&one.1, &apart.1)] {
                let differ = one.lines().zip(apart.lines()).find(|(one, apart)| one != apart);
                assert_eq!(differ, None, "{format} with {threads} threads");
                assert_eq!(one.len(), apart.len(), "{format} with {threads} threads");
            }
        }
    }
}

/// Whom a midnight tests hangs on what happened in other groups, but what is told of it must not.
#[test]
fn what_is_never_true_is_tested_as_often() {
    let items = "role vip\ntiers rank for member in group {\n  tier low\n  \
        tier high when member is vip and count(message.posted, last 7d) >= 100000\n}";
    let log = generated();
    let told = |threads: u32| {
        let ran =
            qun(&format!("simulate a.sop --log l --threads {threads}")).file("a.sop", playbook(items)).file("l", &log);
        ran.ends_with(0).out.clone()
    };
    assert!(told(1).contains("`member is vip` was never true (tested"), "{}", told(1));
    assert_eq!(told(1), told(3));
}

fn plan(items: &str) -> String {
    qun("plan a.sop").file("a.sop", items).ends_with(0).out.clone()
}

/// What `qun plan` says ties groups together.
fn bonds(items: &str) -> Vec<String> {
    let out = plan(&playbook(items));
    let told = out.split_once("\ngroups are run together, since\n").map_or("", |(_, told)| told);
    // `  0  a.sop:2:6 rule r reads …`
    let without_place =
        |line: &str| line.trim_start().split_once("a.sop:")?.1.split_once(' ').map(|(_, told)| told.to_owned());
    told.lines().filter_map(without_place).collect()
}

#[test]
fn what_ties_groups_together_is_told() {
    let tied = [
        ("rule r for member { on message.posted do dm \"x\" }", "rule r is about persons over all their groups"),
        (
            "rule r for community { every day at 09:00 do task \"x\" for staff due 1d }",
            "rule r is about the whole community",
        ),
        ("limit few for community { on dm  at most 3 per day  else skip }", "limit few is about the whole community"),
        (
            "points p\nrule r for member in group { on message.posted do award 1 p }",
            "rule r does `award`, which reaches beyond the group",
        ),
        (
            "tag t\nrule r for member in group { on message.posted when member has t do dm \"x\" }",
            "rule r reads tags, which a person has over all groups",
        ),
        (
            "field age: number for member\nrule r for member in group { on message.posted when member.age > 3 do dm \"x\" }",
            "rule r reads `age`, which a person has over all groups",
        ),
        (
            "rule r for member in group { on message.posted when count(message.posted by member, last 1d) > 3 do dm \"x\" }",
            "rule r reads the past of all groups",
        ),
        (
            "let many for group = community.size > 100\nrule r for group { every day at 09:00 when group.many do post \"x\" }",
            "rule r reads the size of the community",
        ),
        (
            "rule r for group { every day at 09:00 when count(members where member.name contains \"a\") > 2 do post \"x\" }",
            "",
        ),
        (
            "rule r for member in group { on message.posted do mute 1h everywhere }",
            "rule r does `mute`, which reaches beyond the group",
        ),
        (
            "rule r for member in group { on message.posted do task hello \"x\" for staff due 1d }",
            "rule r gives the task `hello`, which can be reported done by name from anywhere",
        ),
        (
            "rule r for member in group { every day at 09:00  top 3 by since(message.posted)  do dm \"x\" }",
            "rule r chooses among the members of all groups at one time",
        ),
        (
            "rule r for member in group { on message.posted do dm \"x\" needs one approval by staff within 1d else drop }",
            "rule r asks for one approval of actions in several groups",
        ),
        (
            "rule r for member in group { on message.posted do dm \"x\" }\nbudget b for member { on dm  at most 3 per day }",
            "budget b is measured by who is where at the time",
        ),
        (
            "event again for member in group {}\nrule r for member in group { on again do emit again }",
            "rule r goes on with a chain of events that is counted over the whole community",
        ),
    ];
    for (items, told) in tied {
        let expected: Vec<&str> = [told].into_iter().filter(|told| !told.is_empty()).collect();
        assert_eq!(bonds(&format!("role staff\n{items}\n")), expected, "{items}");
    }
}
