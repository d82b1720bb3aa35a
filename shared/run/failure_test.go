package run

import "testing"

func TestAFailureNamesItsUnitAndNodegroup(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string][2]string{
		"cluster production":               {"production", ""},
		"cluster production:nights":        {"production:nights", ""},
		"node group production/big":        {"production", "big"},
		"node group production:nights/big": {"production:nights", "big"},
		"the run":                          {},
		"the triggers":                     {},
	} {
		if unit, nodegroup := (Failure{Subject: subject}).Part(); unit != want[0] || nodegroup != want[1] {
			t.Errorf("%s: found %q and %q; want %q", subject, unit, nodegroup, want)
		}
	}
}
