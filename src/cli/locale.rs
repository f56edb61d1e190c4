//! Which tongue is spoken: what is asked for, else what the locale says.

use crate::l10n::Lang;
use clap::ValueEnum;

/// A tongue, as an option names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Tongue {
    /// English
    En,
    /// 中文
    Zh,
}

impl From<Tongue> for Lang {
    fn from(tongue: Tongue) -> Lang {
        match tongue {
            Tongue::En => Lang::En,
            Tongue::Zh => Lang::Zh,
        }
    }
}

/// The tongue of the locale; the first of these variables that says something decides.
pub(super) fn lang() -> Lang {
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    said.into_iter().find(|locale| !locale.is_empty()).map_or(Lang::En, |locale| Lang::of_locale(&locale))
}

/// The tongue that an option asks for, else that of the locale.
pub(super) fn tongue(asked: Option<Tongue>) -> Lang {
    asked.map_or_else(lang, Lang::from)
}
