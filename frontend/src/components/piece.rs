//! Pieces of a screen that keep no state of their own.
//!
//! They are drawn by plain functions: a component of the framework costs several kilobytes of
//! download each, and what keeps no state needs none of that.

/// A struct whose fields are set by name and have defaults; its `view` stands beside it.
macro_rules! piece {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        pub(crate) struct $name {
            $($field: $type,)*
        }

        impl $name {
            /// With nothing set.
            pub(crate) fn new() -> Self {
                Self { $($field: $default,)* }
            }

            $($(#[$field_doc])*
            pub(crate) fn $field(mut self, value: impl yew::html::IntoPropValue<$type>) -> Self {
                self.$field = value.into_prop_value();
                self
            })*
        }
    };
}

pub(crate) use piece;
