package scaling

import (
	"fmt"
	"time"

	"eks-scaling-automation/shared/schedule"
)

// localTime is how reasons show an instant: the cluster's own wall clock with its offset.
const localTime = "Mon 2006-01-02 15:04 -07:00"

// ByPeriod is the profile that the schedule wants at the given instant.
func ByPeriod(s *schedule.Schedule, at time.Time) Wanted {
	active := s.Active(at)
	w := Wanted{
		Profile: active.Profile, Period: active.Period, Source: FromPeriod,
		Since: active.Since, Until: active.Until,
	}
	cause := fmt.Sprintf("period %s", active.Period)
	if active.Period == "" {
		w.Source, cause = FromDefault, "no period applies, so the default"
	}
	if active.Until.IsZero() {
		w.Reason = fmt.Sprintf("%s puts profile %s in force", cause, w.Profile)
	} else {
		w.Reason = fmt.Sprintf("%s puts profile %s in force until %s", cause, w.Profile, active.Until.In(s.Location()).Format(localTime))
	}
	return w
}

// ByPerson is the profile that somebody asked for now. It holds until the schedule's next transition.
func ByPerson(s *schedule.Schedule, at time.Time, profile, actor, reason string) Wanted {
	active := s.Active(at)
	return Wanted{
		Profile: profile, Source: FromPerson, Since: active.Since, Until: active.Until,
		Reason: fmt.Sprintf("profile %s was asked for by %s: %s", profile, orUnknown(actor), orUnknown(reason)),
	}
}

func orUnknown(text string) string {
	if text == "" {
		return "(not said)"
	}
	return text
}
