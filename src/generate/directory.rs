//! Who is there at the start, as the directory file says it.

use super::population::{GroupId, MemberId, Population};
use super::queue::Role;
use super::settings::Settings;
use std::io::{self, Write};

/// From which size on a group has an admin beside its owner.
const WITH_ADMIN: u32 = 8;

/// Owner and admins of a group.
pub(super) fn leaders(people: &Population, group: GroupId) -> Vec<(MemberId, Role)> {
    let Some(about) = people.group(group) else { return Vec::new() };
    let owner = [(about.owner, Role::Owner)];
    let admin = people.first_but_owner(group).filter(|_| about.size >= WITH_ADMIN).map(|member| (member, Role::Admin));
    owner.into_iter().chain(admin).collect()
}

pub(super) fn write(people: &Population, settings: &Settings, old: u32, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Who is there before the log of `qun generate` begins (seed {}).", settings.seed)?;
    writeln!(out, "groups:")?;
    let groups = (0..people.founded()).map(GroupId);
    for group in groups.clone() {
        let Some(about) = people.group(group) else { continue };
        writeln!(out, "  g{}:", group.number())?;
        writeln!(out, "    kind: {}", kind(people, settings, group))?;
        writeln!(out, "    name: {}", people.group_name(group))?;
        writeln!(out, "    capacity: {}", about.capacity)?;
        writeln!(out, "    owner: m{}", about.owner.number())?;
    }
    let admins: Vec<Option<MemberId>> = groups.map(|group| admin(people, group)).collect();
    writeln!(out, "members:")?;
    for member in (0..old).map(MemberId) {
        let (family, given) = people.name_of(member);
        writeln!(out, "  m{}:\n    name: {family}{given}\n    groups:", member.number())?;
        for group in people.groups_of(member) {
            let owns = people.group(group).is_some_and(|about| about.owner == member);
            let leads = admins.get(group.0 as usize).is_some_and(|admin| *admin == Some(member));
            let roles = match (owns, leads) {
                (true, _) => " { roles: [owner] }",
                (_, true) => " { roles: [admin] }",
                _ => "",
            };
            writeln!(out, "      g{}:{roles}", group.number())?;
        }
    }
    Ok(())
}

fn admin(people: &Population, group: GroupId) -> Option<MemberId> {
    leaders(people, group).into_iter().find(|(_, role)| *role == Role::Admin).map(|(member, _)| member)
}

/// The word for a group's kind.
pub(super) fn kind<'s>(people: &Population, settings: &'s Settings, group: GroupId) -> &'s str {
    settings.kinds.get(people.kind_of(group, settings.kinds.len())).map_or("", String::as_str)
}
