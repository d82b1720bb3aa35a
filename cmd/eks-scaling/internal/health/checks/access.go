package checks

import (
	"fmt"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
)

// Identity is whose credentials are used.
type Identity struct {
	ARN, Account string
}

// maxClockSkew is how far the clock may differ before AWS refuses signatures.
const maxClockSkew = 5 * time.Minute

// Access checks the credentials, the account, and how far the clock here is ahead of AWS's.
func Access(identity health.Fact[Identity], account string, ahead health.Fact[time.Duration]) []Check {
	credentials, owner, clock := subject{"access", "credentials"}, subject{"access", "account"}, subject{"access", "clock"}
	ofAccount := owner.unknown(health.BecauseOf("the credentials are unknown"))
	switch found := identity.Value.Account; {
	case identity.Unread != nil:
	case found != account:
		ofAccount = owner.failed(fmt.Sprintf("the credentials belong to account %s, but the stack is in %s", found, account), "use an AWS profile of account "+account+": --profile")
	default:
		ofAccount = owner.ok("%s, same as the stack", account)
	}
	return []Check{
		check(identity, credentials, Check{}, func(i Identity) Check { return credentials.ok("%s", i.ARN) }),
		ofAccount,
		check(ahead, clock, Check{}, func(d time.Duration) Check { return ofClock(clock, d) }),
	}
}

func ofClock(s subject, ahead time.Duration) Check {
	word := "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	found := fmt.Sprintf("the clock here is %s %s AWS", config.Duration(ahead.Abs().Round(time.Second)), word)
	const remedy = "set it and turn on NTP, for example with: timedatectl set-ntp true"
	switch {
	case ahead.Abs() <= health.CloseClock:
		return s.ok("in sync with AWS")
	case ahead.Abs() <= maxClockSkew:
		return s.warning(found, remedy)
	default:
		return s.failed(found+"; AWS rejects requests that are more than 5 minutes off", remedy)
	}
}
