package scheduler

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"eks-scaling-automation/integration/aws/wire"
)

// AWS's rules for the API's members; the lengths are part of the patterns.
var (
	namePattern  = regexp.MustCompile(`^[0-9a-zA-Z_.-]{1,64}$`)
	tokenPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,64}$`)
	arnPattern   = regexp.MustCompile(`^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:\S+$`)
	rolePattern  = regexp.MustCompile(`^arn:aws(-[a-z]+)*:iam::\d{12}:role/[\w+=,.@/-]+$`)
	queuePattern = regexp.MustCompile(`^arn:aws(-[a-z]+)*:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]+$`)

	states  = []string{"ENABLED", "DISABLED"}
	actions = []string{"NONE", "DELETE"}
	modes   = []string{"OFF", "FLEXIBLE"}
)

// check refuses what AWS would refuse, and returns when the schedule fires.
func (s Schedule) check() (timing, error) {
	for _, refusal := range []error{
		mustMatch(s.Name, "name", namePattern),
		mustMatch(s.Group, "groupName", namePattern),
		between(utf8.RuneCountInString(s.Expression), 1, 256, "the length of scheduleExpression"),
		between(utf8.RuneCountInString(s.Description), 0, 512, "the length of description"),
		oneOf(s.State, "state", states),
		oneOf(s.ActionAfterCompletion, "actionAfterCompletion", actions),
		s.checkWindow(),
		mustMatch(s.TargetArn, "target.arn", arnPattern),
		mustMatch(s.RoleArn, "target.roleArn", rolePattern),
		s.checkInput(),
		s.checkEvent(),
		s.checkQueue(),
		between(int(s.MaximumEventAgeInSeconds), 60, 86400, "target.retryPolicy.maximumEventAgeInSeconds"),
		between(int(s.MaximumRetryAttempts), 0, 185, "target.retryPolicy.maximumRetryAttempts"),
	} {
		if refusal != nil {
			return timing{}, refusal
		}
	}
	compiled, err := compile(s.Expression, s.Timezone)
	if err != nil {
		return timing{}, invalid("Invalid " + err.Error())
	}
	return compiled, nil
}

func (s Schedule) checkWindow() error {
	if s.FlexibleMode == "FLEXIBLE" {
		return between(int(s.MaximumWindowInMinutes), 1, 1440, "flexibleTimeWindow.maximumWindowInMinutes")
	}
	if s.MaximumWindowInMinutes != 0 {
		return invalid("flexibleTimeWindow.maximumWindowInMinutes must be left out unless the mode is FLEXIBLE")
	}
	return oneOf(s.FlexibleMode, "flexibleTimeWindow.mode", modes)
}

// checkInput refuses an invalid input for targets that require JSON.
func (s Schedule) checkInput() error {
	parts := strings.Split(s.TargetArn, ":")
	if len(parts) < 3 || !slices.Contains([]string{"lambda", "states", "events", "scheduler"}, parts[2]) {
		return nil
	}
	if s.Input == "" || json.Valid([]byte(s.Input)) {
		return nil
	}
	return invalid(fmt.Sprintf("target.input must be JSON for the target %s; found %q", s.TargetArn, s.Input))
}

// checkEvent refuses a target that is an event bus without what makes its event, and any other target with it.
func (s Schedule) checkEvent() error {
	isBus := strings.Contains(s.TargetArn, ":event-bus/")
	switch {
	case isBus && (s.DetailType == "" || s.Source == ""):
		return missing("target.eventBridgeParameters")
	case isBus && strings.HasPrefix(s.Source, "aws."):
		return invalid("target.eventBridgeParameters.source must not start with aws.")
	case !isBus && s.DetailType != "":
		return invalid("target.eventBridgeParameters is only for event buses")
	default:
		return nil
	}
}

func (s Schedule) checkQueue() error {
	if s.DeadLetterArn == "" {
		return nil
	}
	return mustMatch(s.DeadLetterArn, "target.deadLetterConfig.arn", queuePattern)
}

func mustMatch(value, member string, pattern *regexp.Regexp) error {
	if pattern.MatchString(value) {
		return nil
	}
	return constraint(fmt.Sprintf("%q", value), member, "Member must satisfy regular expression pattern: "+pattern.String())
}

func oneOf(value, member string, values []string) error {
	if slices.Contains(values, value) {
		return nil
	}
	return constraint(fmt.Sprintf("%q", value), member, "Member must satisfy enum value set: ["+strings.Join(values, ", ")+"]")
}

func between(value, least, most int, member string) error {
	if least <= value && value <= most {
		return nil
	}
	return constraint(fmt.Sprint(value), member, fmt.Sprintf("Member must be between %d and %d", least, most))
}

func missing(member string) error { return constraint("null", member, "Member must not be null") }

func constraint(value, member, rule string) error {
	const message = "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s"
	return invalid(fmt.Sprintf(message, value, member, rule))
}

func invalid(message string) error {
	return wire.Refuse("ValidationException", message)
}
