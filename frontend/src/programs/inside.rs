//! The program behind the door: charts, people, everything that one sees when signed in.

fn main() {
    keepwell_frontend::inside();
}
