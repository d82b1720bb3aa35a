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

// signingClock is how far the clock may be from that of AWS before AWS refuses signatures of clients that do not correct it.
const signingClock = 5 * time.Minute

// Access checks the credentials, the account, which is to be that of the stack, and the clock here, given by how far it is
// ahead of that of AWS.
func Access(identity health.Fact[Identity], account string, ahead health.Fact[time.Duration]) []Check {
	credentials, owner, clock := subject{"access", "credentials"}, subject{"access", "account"}, subject{"access", "clock"}
	return []Check{
		check(identity, credentials, Check{}, func(i Identity) Check { return credentials.ok("%s", i.ARN) }),
		ofAccount(owner, identity, account),
		check(ahead, clock, Check{}, func(d time.Duration) Check { return ofClock(clock, d) }),
	}
}

func ofAccount(s subject, identity health.Fact[Identity], account string) Check {
	if identity.Unread != nil {
		return s.unknown(health.BecauseOf("it is not known whose credentials these are"))
	}
	if identity.Value.Account != account {
		return s.failed(fmt.Sprintf("the credentials are of account %s, and the stack is in %s", identity.Value.Account, account),
			"take a profile of account "+account+": --profile")
	}
	return s.ok("%s, which is that of the stack", account)
}

func ofClock(s subject, ahead time.Duration) Check {
	word := "ahead of"
	if ahead < 0 {
		word = "behind"
	}
	found := fmt.Sprintf("the clock here is %s %s that of AWS", config.Duration(ahead.Abs().Round(time.Second)), word)
	const remedy = "set it, and have it kept by NTP, such as with: timedatectl set-ntp true"
	switch {
	case ahead.Abs() <= health.CloseClock:
		return s.ok("agrees with that of AWS")
	case ahead.Abs() <= signingClock:
		return s.warning(found, remedy)
	default:
		return s.failed(found+"; AWS refuses signatures that are more than 5 minutes off", remedy)
	}
}
