//! Which decision goes through which connector, and to whom.

/// A connector that is configured, as far as decisions need to know of it when they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its name.
    pub name: String,
    /// Whether mutes and bans end by themselves.
    pub ends: (bool, bool),
    /// Whether what may have been done is done again.
    pub repeats: bool,
}

/// One line of the routes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Of these actions; of all where there is none.
    pub actions: Vec<String>,
    /// In these groups; in all, and outside of groups, where there is none.
    pub groups: Vec<String>,
    /// Tasks for these roles; whatever it is where there is none.
    pub roles: Vec<String>,
    /// The connector; `None` where it goes nowhere on purpose.
    pub to: Option<String>,
    /// To whom, where it is not the group or the member.
    pub destination: Option<String>,
}

/// Where everything goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// What there is.
    pub ways: Vec<Way>,
    /// The first that fits is taken.
    pub routes: Vec<Route>,
}

impl Route {
    /// Whether it takes a decision.
    #[must_use]
    pub fn takes(&self, action: &str, group: &str, role: Option<&str>) -> bool {
        let within = |list: &[String], word: &str| list.is_empty() || list.iter().any(|one| one == word);
        within(&self.actions, action) && within(&self.groups, group) && self.is_for(role)
    }

    /// Whether nothing is left for those after it.
    #[must_use]
    pub fn takes_all(&self) -> bool {
        self.actions.is_empty() && self.groups.is_empty() && self.roles.is_empty()
    }

    /// Whether it takes tasks for a role, or what is no task.
    #[must_use]
    pub fn is_for(&self, role: Option<&str>) -> bool {
        self.roles.is_empty() || role.is_some_and(|role| self.roles.iter().any(|one| one == role))
    }
}

impl Routes {
    /// The way of a decision, and to whom; `None` where none leads anywhere.
    #[must_use]
    pub fn find(&self, action: &str, group: &str, member: &str, role: Option<&str>) -> Option<(&Way, String)> {
        let route = self.routes.iter().find(|route| route.takes(action, group, role))?;
        let way = self.way(route.to.as_deref()?)?;
        let own = if action == "dm" || group.is_empty() { member } else { group };
        Some((way, route.destination.clone().unwrap_or_else(|| own.to_owned())))
    }

    /// A connector by its name.
    #[must_use]
    pub fn way(&self, name: &str) -> Option<&Way> {
        self.ways.iter().find(|way| way.name == name)
    }
}
