package checks

import (
	"slices"
	"strings"

	"eks-scaling-automation/shared/english"
)

// GroupAccounts merges the checks of several accounts: those of all accounts without a finding into one line, and findings that are
// equal but for the account. In the remedy of a merged finding, ACCOUNT stands for each of them.
func GroupAccounts(all []Check) []Check {
	var ids []string
	for _, c := range all {
		if id, of := strings.CutPrefix(c.Group, AccountPrefix); of && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		return all
	}
	first := slices.IndexFunc(all, func(c Check) bool { return strings.HasPrefix(c.Group, AccountPrefix) })
	merged := slices.Clone(all[:first])
	merged = append(merged, mergedAccounts(all, ids)...)
	for _, c := range all[first:] {
		if !strings.HasPrefix(c.Group, AccountPrefix) {
			merged = append(merged, c)
		}
	}
	return merged
}

// mergedAccounts returns the line of the accounts without a finding, and then the findings.
func mergedAccounts(all []Check, ids []string) (merged []Check) {
	const group, anyAccount = "accounts", "ACCOUNT"
	type finding struct {
		name, found, remedy string
		outcome             Outcome
	}
	var order []finding
	accounts := map[finding][]string{}
	bad := map[string]bool{}
	for _, c := range all {
		id, of := strings.CutPrefix(c.Group, AccountPrefix)
		if !of || c.Outcome == OK {
			continue
		}
		bad[id] = true
		f := finding{c.Name, strings.ReplaceAll(c.Found, id, anyAccount), strings.ReplaceAll(c.Remedy, id, anyAccount), c.Outcome}
		if accounts[f] == nil {
			order = append(order, f)
		}
		accounts[f] = append(accounts[f], id)
	}
	if fine := len(ids) - len(bad); fine > 0 {
		merged = append(merged, Check{Group: group, Name: english.Count(fine, "account"), Outcome: OK, Found: "all checks ok"})
	}
	for _, f := range order {
		of := accounts[f]
		if len(of) == 1 {
			f.found, f.remedy = strings.ReplaceAll(f.found, anyAccount, of[0]), strings.ReplaceAll(f.remedy, anyAccount, of[0])
		}
		merged = append(merged, Check{
			Group: group, Name: f.name, Outcome: f.outcome, Found: english.Count(len(of), "account") + " (" + firstFew(of) + "): " + f.found, Remedy: f.remedy,
		})
	}
	return merged
}
