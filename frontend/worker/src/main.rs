//! The program that keeps the keys, in a worker of its own.

fn main() {
    keepwell_frontend::worker();
}
