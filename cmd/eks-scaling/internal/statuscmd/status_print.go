package statuscmd

import (
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
)

// screenOf lays out a report for people.
func screenOf(r report.Report, width int) *term.Screen {
	s := term.NewScreen(width)
	switchOff(s, r)
	parts(s, r)
	s.Add("")
	printVerdict(s, r)
	return s
}

// switchOff says first that nothing is scaled, if the switch is off.
func switchOff(s *term.Screen, r report.Report) {
	if r.Switch.Position == report.Off {
		s.Say(term.Plain, 2, "THE SWITCH IS OFF"+r.Switch.String()+": nothing is scaled until: eks-scaling config enable")
		s.Add("")
	}
}

// parts shows the parts of the system.
func parts(s *term.Screen, r report.Report) {
	account := ""
	if r.Stack.Account != "" {
		account = ", account " + r.Stack.Account
	}
	s.Add(s.Cut(fmt.Sprintf("stack %s in %s%s, %s", r.Stack.Name, r.Stack.Region, account, r.At.Format(frame.UTCForm))), "")
	s.Table("", overview(r))
	for _, c := range r.Clusters {
		s.Add("")
		printCluster(s, c, r.Switch.Position == report.Off)
	}
	if len(r.Runs.Latest) > 0 {
		s.Add("")
		printRecentRuns(s, r)
	}
}

// printVerdict shows the problems, or says that there are none.
func printVerdict(s *term.Screen, r report.Report) {
	switch {
	case !r.Healthy:
		s.Say(term.Wrong, 0, "WHAT IS WRONG, AND WHAT TO DO")
		for _, p := range r.Problems {
			s.Say(term.Wrong, 2, "  "+p.Subject+": "+p.Message)
			for _, remedy := range p.Remedies {
				s.Add("    -> " + remedy)
			}
		}
	case r.Switch.Position == report.Off:
		s.Say(term.Plain, 0, "nothing is wrong, but nothing is scaled while the switch is off")
	case r.Configuration.State == report.None:
		s.Say(term.Plain, 0, "nothing is wrong, but no cluster is configured, so nothing is scaled; begin with: eks-scaling init")
	default:
		s.Say(term.Fine, 0, "everything is fine")
	}
}
