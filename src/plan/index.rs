//! Who is woken by what: tables made once from a plan, so that an event touches only what names its kind.
