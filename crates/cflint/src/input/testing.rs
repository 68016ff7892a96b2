use std::fs;

use tempfile::TempDir;

pub(super) const TEMPLATE: &str = "Resources: {A: {Type: 'AWS::S3::Bucket'}}\n";

pub(super) fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}
