package configcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

// switching turns the switch of the system, or of a cluster.
type switching struct {
	frame.Intent
	to      inventory.Switch
	cluster string // empty: the system's
	done    string // the position in words
}

// NewResume returns the command resume.
func NewResume(env frame.Environment) *cobra.Command {
	return newSwitching(env, &switching{to: inventory.SwitchOn, done: "on"}, &cobra.Command{
		Use:   "resume [CLUSTER]",
		Short: "Resumes scaling, of everything or of one cluster",
		Long: `Sets paused to false in the settings, or in one cluster, and changes nothing else. Within about two minutes a run applies
the scheduled sizes. Refused while scaling is paused because config apply has written a document only in part: apply that
document again.

` + change.ChangesInJSON,
		Example: `  eks-scaling resume
  eks-scaling resume production --reason "the migration is over"`,
	})
}

// NewPause returns the command pause.
func NewPause(env frame.Environment) *cobra.Command {
	return newSwitching(env, &switching{to: inventory.SwitchOff, done: "off"}, &cobra.Command{
		Use:   "pause [CLUSTER] --reason R",
		Short: "Pauses scaling, of everything or of one cluster",
		Long: `Sets paused to true in the settings, or in one cluster, and changes nothing else. It does not ask. From then on
runs are skipped; a run that has begun makes no further changes. While scaling is paused every other command says so. A
config apply that has paused scaling itself stops; applied again, its document is written, and scaling stays paused.

` + change.ChangesInJSON,
		Example: `  eks-scaling pause --reason "incident 4711"
  eks-scaling pause production --reason "migration of the queues"`,
	})
}

func newSwitching(env frame.Environment, s *switching, cmd *cobra.Command) *cobra.Command {
	var form frame.Output
	cmd.Args = frame.AtMostOne
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			s.cluster = args[0]
		}
		if s.to == inventory.SwitchOff && s.NeedReason() != nil {
			return frame.Usage(cmd, errors.New("--reason is required"))
		}
		return form.RunWithStack(cmd, env, func(env frame.Environment, session frame.Session) (any, error) {
			return s.turn(cmd.Context(), env.Told, session)
		})
	}
	form.AddFlag(cmd)
	cmd.Flags().Bool("yes", false, "accepted for consistency; this command never prompts")
	s.AddRecordFlags(cmd, env)
	return cmd
}

// turns limits the attempts when others write the same item at the same time. Each attempt changes only its own field.
const turns = 5

func (s *switching) turn(ctx context.Context, out io.Writer, session frame.Session) (change.Report, error) {
	var conflict error
	for n := range turns {
		e, err := s.read(ctx, session, n == 0)
		if err != nil {
			return change.Report{}, err
		}
		if e.Switch() == s.to && (e.Hold == nil || !e.Hold.Resumes) {
			term.Say(out, "%s is %s already%s\n", s.subject(), s.done, frame.LastToggle(ctx, session.Logs, e))
			return change.NewReport(session), nil
		}
		c, err := s.turned(e, session.Current())
		if err != nil {
			return change.Report{}, err
		}
		if e, err = session.Config.Put(ctx, c.After); err == nil {
			term.Say(out, "%s is %s (%s version %d)\n", s.subject(), s.done, inventory.DisplayKey(e), e.Version)
			if e.Hold != nil {
				term.SayLine(out, "a document is written only in part; "+inventory.HoldRemedy)
			}
			return change.NewReport(session, c), nil
		}
		if !errors.Is(err, inventory.ErrConflict) {
			return change.Report{}, err
		}
		conflict = err
	}
	return change.Report{}, conflict
}

// read reads the item whose switch is turned. The first time, the session speaks of the system's switch, if that is another one.
func (s *switching) read(ctx context.Context, session frame.Session, first bool) (inventory.Item, error) {
	if first && s.cluster != "" {
		held, err := session.Read(ctx)
		if err != nil {
			return inventory.Item{}, err
		}
		return s.find(held.Snapshot)
	}
	snapshot, err := session.Config.Read(ctx)
	if err != nil {
		return inventory.Item{}, err
	}
	return s.find(snapshot)
}

// turned is the change of an item whose switch is turned.
func (s *switching) turned(e inventory.Item, now time.Time) (inventory.Change, error) {
	spec, err := inventory.WithPaused(e.Spec, s.to == inventory.SwitchOff)
	if err != nil {
		return inventory.Change{}, fmt.Errorf("%s: %w; fix it with: eks-scaling config apply FILE", inventory.DisplayKey(e), err)
	}
	before := e.Spec
	e.Spec = spec
	c, err := inventory.ChangeTo(before, e)
	if err != nil {
		return inventory.Change{}, err
	}
	c.After.Hold = keptHold(c.After, before)
	c.After.KeepsFormat = s.to == inventory.SwitchOff // whatever else a newer version has put there, with paused: true nothing is scaled
	c.After.UpdatedAt, c.After.UpdatedBy, c.After.Reason = now.UTC().Truncate(time.Second), s.By, s.Reason
	return c, nil
}

// keptHold returns the hold of settings that a person pauses: it resumes nothing. A hold in settings that were on has ended.
func keptHold(e inventory.Item, before json.RawMessage) *inventory.Hold {
	if e.Hold == nil || inventory.SwitchIn(before) != inventory.SwitchOff {
		return nil
	}
	return &inventory.Hold{Document: e.Hold.Document}
}

// refuseDuringHold refuses to resume scaling between two steps of a write. Pausing it is allowed, and stops the write.
func (s *switching) refuseDuringHold(snapshot inventory.Snapshot) error {
	if s.to == inventory.SwitchOff || snapshot.Held() == nil {
		return nil
	}
	return change.HalfWritten(snapshot)
}

func (s *switching) subject() string {
	if s.cluster != "" {
		return "the switch of cluster " + s.cluster
	}
	return "the switch"
}

func (s *switching) find(snapshot inventory.Snapshot) (inventory.Item, error) {
	if s.cluster != "" {
		return snapshot.FindCluster(s.cluster)
	}
	if snapshot.Settings == nil {
		return inventory.Item{}, frame.NotFound(errors.New("there are no settings yet; write a configuration with: eks-scaling config apply FILE"))
	}
	return *snapshot.Settings, s.refuseDuringHold(snapshot)
}
