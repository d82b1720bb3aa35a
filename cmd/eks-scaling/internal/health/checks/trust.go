package checks

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"eks-scaling-automation/shared/account"
)

// trust is whom a trust policy lets assume its role.
type trust struct {
	accounts    []string // of the principals
	callers     []string // ARNs of roles and users, perhaps with wildcards; the conditions' if they have some
	everyone    bool     // of the accounts
	externalIDs []string // empty: none is required
	tagKeys     []string // of sessions; "*" for all
}

// list is a text or a list of texts, as IAM takes both.
type list []string

// UnmarshalJSON reads both forms.
func (l *list) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = list{one}
		return nil
	}
	var many []string
	err := json.Unmarshal(data, &many)
	*l = many
	return err
}

// trustStatement is a statement of a trust policy.
type trustStatement struct {
	Effect    string
	Principal struct{ AWS list }
	Action    list
	Condition map[string]map[string]list
}

// readTrust reads a trust policy in JSON. What it does not know, such as a statement that denies, it leaves out.
func readTrust(policy string) (t trust, err error) {
	var document struct{ Statement []trustStatement }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return t, fmt.Errorf("the trust policy cannot be read: %w", err)
	}
	for _, s := range document.Statement {
		if s.Effect != "Allow" {
			continue
		}
		if s.allows("sts:AssumeRole") {
			t.add(s)
		}
		if s.allows("sts:TagSession") {
			keys := s.values("aws:TagKeys")
			if len(keys) == 0 {
				keys = []string{"*"}
			}
			t.tagKeys = append(t.tagKeys, keys...)
		}
	}
	return t, nil
}

func (s trustStatement) allows(action string) bool {
	return slices.ContainsFunc(s.Action, func(pattern string) bool { return matches(pattern, action) })
}

// values returns what the conditions of a statement require a key to be.
func (s trustStatement) values(key string) (values []string) {
	for operator, conditions := range s.Condition {
		if strings.Contains(operator, "Not") {
			continue
		}
		for name, of := range conditions {
			if strings.EqualFold(name, key) {
				values = append(values, of...)
			}
		}
	}
	slices.Sort(values)
	return values
}

// add adds a statement that lets principals assume the role.
func (t *trust) add(s trustStatement) {
	named := s.values("aws:PrincipalArn")
	t.callers, t.externalIDs = append(t.callers, named...), append(t.externalIDs, s.values("sts:ExternalId")...)
	for _, principal := range s.Principal.AWS {
		id := account.Of(principal)
		if account.IsID(principal) || principal == "*" {
			id = principal
		}
		t.accounts = append(t.accounts, id)
		switch isRole := id != principal && !strings.HasSuffix(principal, ":root"); {
		case len(named) > 0:
		case isRole:
			t.callers = append(t.callers, principal)
		default:
			t.everyone = true
		}
	}
}

// letsIn reports whether one of the callers is a role.
func (t trust) letsIn(role string) bool {
	return t.everyone || slices.ContainsFunc(t.callers, func(pattern string) bool { return matches(pattern, role) })
}

// mayTag reports whether sessions may have a tag.
func (t trust) mayTag(key string) bool {
	return slices.ContainsFunc(t.tagKeys, func(pattern string) bool { return matches(pattern, key) })
}

// matches compares a text with a pattern of IAM. A slash is a character as any other there.
func matches(pattern, text string) bool {
	plain := strings.NewReplacer("/", "\x00", "[", "\x01", "\\", "\x02")
	ok, _ := path.Match(plain.Replace(pattern), plain.Replace(text)) // without brackets, no pattern is bad
	return ok
}
