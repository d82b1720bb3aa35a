package runscmd

import (
	"cmp"
	"io"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/runwords"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/scaling"
)

// shownSignal is what a unit read of a signal, and the condition of a period that depends on it.
type shownSignal struct {
	Cluster string `json:"cluster"`
	Signal  string `json:"signal"`
	// Value is the last good value, read at ReadAt. Error is the error of this run's reading.
	Value  string    `json:"value,omitempty"`
	ReadAt time.Time `json:"readAt,omitzero"`
	Error  string    `json:"error,omitempty"`
	Period string    `json:"period"`
	On     bool      `json:"on"`
	Since  time.Time `json:"since,omitzero"`
}

func signalsOf(u runwords.Unit) (all []shownSignal) {
	for _, s := range u.Signals() {
		all = append(all, shownSignal{u.Cluster, s.Signal, s.Value, s.At.UTC(), s.Error, s.Period, s.On, s.Since.UTC()})
	}
	return all
}

// printSignals prints what the units read, and what the conditions were. Failed readings come first.
func (r shownRun) printSignals(out io.Writer, width int, zone *time.Location) error {
	if len(r.Signals) == 0 {
		return nil
	}
	term.Say(out, "\nSignals\n")
	rows, left := [][]string{{"  SIGNAL", "VALUE", "READ", "CONDITION"}}, 0
	for _, failed := range []bool{true, false} {
		for _, s := range r.Signals {
			switch {
			case (s.Error != "") != failed:
			case !r.all && len(rows) > runwords.Screenful && (!failed || r.isLarge()):
				left++
			default:
				rows = append(rows, s.cells(zone))
			}
		}
	}
	if err := term.WriteTable(out, width, rows); err != nil {
		return err
	}
	if left > 0 {
		return term.Tell(out, "  and %s; --all lists all\n", english.Count(left, "more condition"))
	}
	return nil
}

func (s shownSignal) cells(zone *time.Location) []string {
	read, condition := "-", s.Cluster+", "+s.Period+": off"
	if s.Value != "" {
		read = s.ReadAt.In(zone).Format(time.TimeOnly)
	}
	if s.On {
		condition = s.Cluster + ", " + s.Period + ": on"
	}
	if !s.Since.IsZero() {
		condition += " since " + s.Since.In(zone).Format(scaling.LocalTime)
	}
	if s.Error != "" {
		condition += "; the reading failed: " + frame.InOneLine(s.Error)
	}
	return []string{"  " + s.Signal, cmp.Or(s.Value, "-"), read, condition}
}
