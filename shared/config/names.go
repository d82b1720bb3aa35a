package config

import (
	"fmt"
	"regexp"
)

// What names have to be, for messages.
const (
	wantCluster = "the name of an EKS cluster"
	wantName    = "a name of letters, digits, '_', '.' and '-', at most 100"
)

// CheckClusterName refuses what cannot be the name of an EKS cluster: found "a b"; want the name of an EKS cluster.
func CheckClusterName(name string) error {
	return check(eksName, name, wantCluster)
}

// CheckRegion refuses what cannot be an AWS region, whether there is such a region or not.
func CheckRegion(name string) error {
	return check(region, name, "a region, such as sa-east-1")
}

// CheckOverrideName refuses what cannot be the name of an override.
func CheckOverrideName(name string) error {
	return check(entityName, name, wantName)
}

func check(form *regexp.Regexp, text, want string) error {
	if !form.MatchString(text) {
		return fmt.Errorf("found %q; want %s", text, want)
	}
	return nil
}
