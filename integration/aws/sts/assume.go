package sts

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/wire"
)

type assumeRole struct {
	RoleARN           string `json:"RoleArn"`
	RoleSessionName   string
	ExternalID        string `json:"ExternalId"`
	DurationSeconds   int
	Tags              []tag
	TransitiveTagKeys []string
}

type tag struct{ Key, Value string }

type assumedRole struct {
	Credentials     credentials
	AssumedRoleUser struct {
		ID  string `json:"AssumedRoleId"`
		ARN string `json:"Arn"`
	}
}

type credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

func (s *Service) assumeRole(c wire.Caller, in assumeRole, token string) (any, error) {
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	call := Call{
		Operation: "AssumeRole", Region: c.Region, Principal: c.Principal,
		RoleARN: in.RoleARN, Session: in.RoleSessionName, ExternalID: in.ExternalID, Tags: tags,
	}
	return s.made(call, func(call Call) (any, error) {
		if err := in.check(call.Caller); err != nil {
			return nil, err
		}
		if err := s.trusted(call, in.TransitiveTagKeys); err != nil {
			return nil, wire.NewFailure(http.StatusForbidden, "AccessDenied", err.Error())
		}
		return s.begin(call, token), nil
	})
}

// trusted returns why the caller may not assume the role, or not with these tags.
func (s *Service) trusted(c Call, transitive []string) error {
	actions := []string{"sts:AssumeRole"}
	if len(c.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	for _, action := range actions {
		keys := s.context(c.Caller, c.Region)
		tagContext(keys, c.Tags, transitive)
		keys["sts:RoleSessionName"] = []string{c.Session}
		if c.ExternalID != "" && action == "sts:AssumeRole" {
			keys["sts:ExternalId"] = []string{c.ExternalID} // no document names it as a key of sts:TagSession
		}
		request := policy.Request{Action: action, Resource: c.RoleARN, Context: keys}
		trust, _ := s.roles.Trust(c.RoleARN) // a role that does not exist trusts nobody
		allowed, named := trust.Decide(c.Caller.caller(), request)
		if !allowed {
			return refusal(c.Caller, request)
		}
		if err := s.permit(c.Caller, request, named && parse(c.RoleARN).account == c.Caller.Account); err != nil {
			return err
		}
	}
	return nil
}

// begin begins a session. The same role, name and tags are the same session.
func (s *Service) begin(c Call, token string) assumedRole {
	who := SessionOf(c.RoleARN, c.Session)
	who.Tags, who.Chained = c.Tags, c.Caller.Session != ""
	parts := []string{c.RoleARN, c.Session, fmt.Sprint(who.Chained)}
	for _, key := range slices.Sorted(maps.Keys(c.Tags)) {
		parts = append(parts, key, c.Tags[key])
	}
	const idLength = 16
	hash := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	key := "ASIA" + base32.StdEncoding.EncodeToString(hash[:])[:idLength]
	s.identities[key] = who
	assumed := assumedRole{Credentials: credentials{key, "local", token, "2999-12-31T23:59:59Z"}}
	assumed.AssumedRoleUser.ID, assumed.AssumedRoleUser.ARN = "AROA"+key[4:]+":"+c.Session, who.ARN
	return assumed
}

// form is a constraint on a parameter, as the API reference has it.
type form struct {
	least, most int
	characters  *regexp.Regexp
	pattern     string // as AWS's error shows it
}

func newForm(least, most int, class string) form {
	return form{least, most, regexp.MustCompile(`^[` + class + `]*$`), "[" + class + "]*"}
}

// The constraints on AssumeRole.
var (
	roleForm     = newForm(20, 2048, `\x{9}\x{A}\x{D}\x{20}-\x{7E}\x{85}\x{A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}`)
	sessionForm  = newForm(2, 64, `\w+=,.@-`)
	externalForm = newForm(2, 1224, `\w+=,.@:\/-`)
	tagKeyForm   = newForm(1, 128, `\p{L}\p{Z}\p{N}_.:/=+\-@`)
	tagForm      = newForm(0, 256, `\p{L}\p{Z}\p{N}_.:/=+\-@`)
)

const (
	mostTags               = 50
	leastSeconds           = 900
	mostSeconds            = 43200
	mostSecondsWhenChained = 3600
)

// check returns the error of an invalid request.
func (in assumeRole) check(caller Identity) error {
	if err := roleForm.check("roleArn", in.RoleARN); err != nil {
		return err
	}
	if parse(in.RoleARN).account == "" {
		return invalid(in.RoleARN + " is invalid")
	}
	if err := sessionForm.check("roleSessionName", in.RoleSessionName); err != nil {
		return err
	}
	if in.ExternalID != "" {
		if err := externalForm.check("externalId", in.ExternalID); err != nil {
			return err
		}
	}
	if d := in.DurationSeconds; d != 0 && (d < leastSeconds || d > mostSeconds) {
		return invalid(fmt.Sprintf("1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have a value from %d to %d",
			d, leastSeconds, mostSeconds))
	}
	if caller.Session != "" && in.DurationSeconds > mostSecondsWhenChained {
		return invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	return in.checkTags()
}

func (in assumeRole) checkTags() error {
	if len(in.Tags) > mostTags {
		return invalid(fmt.Sprintf("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to %d", mostTags))
	}
	seen := map[string]bool{}
	for i, t := range in.Tags {
		if err := tagKeyForm.check(fmt.Sprintf("tags.%d.member.key", i+1), t.Key); err != nil {
			return err
		}
		if err := tagForm.check(fmt.Sprintf("tags.%d.member.value", i+1), t.Value); err != nil {
			return err
		}
		folded := strings.ToLower(t.Key)
		if seen[folded] {
			return wire.Refuse("InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		if strings.HasPrefix(folded, "aws:") {
			return wire.Refuse("InvalidParameterValue", "Tag keys that begin with aws: are reserved for AWS")
		}
		seen[folded] = true
	}
	for _, key := range in.TransitiveTagKeys {
		if !seen[strings.ToLower(key)] {
			return wire.Refuse("InvalidParameterValue", "The specified transitive tag key must be included in the requested tags.")
		}
	}
	return nil
}

func (f form) check(name, value string) error {
	problem := ""
	switch length := len([]rune(value)); {
	case length < f.least:
		problem = fmt.Sprintf("have length greater than or equal to %d", f.least)
	case length > f.most:
		problem = fmt.Sprintf("have length less than or equal to %d", f.most)
	case !f.characters.MatchString(value):
		problem = "satisfy regular expression pattern: " + f.pattern
	default:
		return nil
	}
	return invalid(fmt.Sprintf("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, name, problem))
}

func invalid(message string) wire.Failure { return wire.Refuse("ValidationError", message) }
