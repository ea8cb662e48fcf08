//! The program that hears the password, in a worker of its own.

fn main() {
    keepwell_frontend::entry();
}
