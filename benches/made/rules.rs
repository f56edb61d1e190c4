//! Playbooks of any number of rules, the same ones each time.

use std::fmt::Write;

/// Rules as they are written: most on messages, with conditions over fields, counts, tags and times, each tenth a copy of
/// another with a mistake in it.
pub(crate) fn playbook(rules: usize) -> String {
    let mut text = String::from(
        "community { timezone \"Asia/Shanghai\" currency CNY }\nrole owner, admin\nkind lead, welfare\npoints feathers\n\
         class convert\nfield city: text for member\n\
         ladder conduct for member in group { strikes last 30d  at 1 do warn \"{reason}\"  at 3 do mute 1d  appeal within 3d to owner }\n\
         limit night for community { on post, dm  not between 22:30 and 08:00  else defer }\n",
    );
    let tags = rules / 4 + 1;
    let names: Vec<String> = (0..tags).map(|n| format!("t{n}")).collect();
    writeln!(text, "tag {}", names.join(", ")).unwrap();
    for n in 0..rules {
        let (tag, other) = (format!("t{}", n % tags), format!("t{}", (n * 7 + 3) % tags));
        let head = |scope: &str, trigger: &str| format!("rule r{n} for {scope} {{ {trigger} ");
        let rule = match n % 10 {
            0 => {
                head("member in group", "on message.posted")
                    + &format!("when event.links > {} and not member has {tag} do tag {tag} }}", n % 9)
            }
            1 => {
                head("member in group", "on message.posted")
                    + &format!(
                        "when count(message.posted, last {}m) >= {} do strike conduct because \"x\" once per 1h }}",
                        n % 50 + 1,
                        n % 12 + 2
                    )
            }
            2 => {
                head("member in group", "on message.posted")
                    + &format!("when event.length > {n} and event.length < {} do untag {tag} }}", n + 40)
            }
            3 => {
                head("member", "on purchase.made")
                    + &format!(
                        "when sum(purchase.made.amount, last 90d) >= ¥{n} and member has {other} do award 5 feathers }}"
                    )
            }
            4 => {
                head("member in group", "on member.joined")
                    + &format!("when event.channel is \"c{n}\" or member is admin do dm \"Welcome {n}.\" }}")
            }
            5 => {
                head("group", "every monday at 09:00")
                    + &format!("when group.size > {n} do post \"Week {n}.\" as convert }}")
            }
            6 => head("member", "on tag.added") + &format!("when event.tag is {tag} do untag {other} }}"),
            7 => {
                head("member in group", &format!("on no message.posted for {}d", n % 30 + 2))
                    + &format!("when not member is admin do task \"Ask {n}\" for owner due 2d }}")
            }
            8 => {
                head("member in group", "on message.posted")
                    + &format!("when now.hour >= {} and event.links > 2 and group is lead do tag {other} }}", n % 24)
            }
            _ => {
                head("member in group", "on message.posted")
                    + &format!("when event.mentions > {} and event.mentions < {} do tag {tag} }}", n % 7 + 3, n % 5)
            }
        };
        text += &rule;
        text.push('\n');
    }
    text
}
