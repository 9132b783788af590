//! Types of the expressions of small programs.
