package installcmd

import "testing"

func TestOnlyCodeIsDeletedFromTheBucket(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"eks-scaling/v1.2.3/decide.zip":                true,
		"eks-scaling/v1.2.3/load-config.zip":           true,
		"eks-scaling/v1.2.3-0a1b2c3d/scale.zip":        true,
		"eks-scaling/v1.2.3/template-0a1b2c3d.json":    true,
		"eks-scaling/v1.2.3/eks-scaling.template.json": true,
		"eks-scaling/terraform.tfstate":                false,
		"eks-scaling/decide.zip":                       false,
		"eks-scaling/backups/2026.tar.zip":             false,
		"eks-scaling/v1.2.3/notes.txt":                 false,
		"tools/scaling/decide.zip":                     true,
		"tools/scaling/old/decide.zip":                 false,
		"tools/scaling-2/decide.zip":                   false,
		"decide.zip":                                   false,
	} {
		if got := isCode(key, "tools/scaling"); got != want {
			t.Errorf("%s: found %t; want %t", key, got, want)
		}
	}
	if isCode("/decide.zip", "") {
		t.Error("without a stack, the prefix is unknown")
	}
}
