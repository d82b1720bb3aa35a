// Package install tests a release: the released tool installs it into a local AWS that is empty, upgrades it, and uninstalls it, with
// nothing but the files of the release. `make test-dist` builds one and runs the test.
package install
