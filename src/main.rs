//! The command `qun`.

use std::process::ExitCode;

fn main() -> ExitCode {
    qun::cli::main()
}
