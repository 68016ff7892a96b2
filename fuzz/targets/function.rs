#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cflint_fuzz::bodies::function(bytes));
