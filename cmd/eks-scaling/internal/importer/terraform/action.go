package terraform

import (
	"errors"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
)

// actionReader reads one entry of schedules.
type actionReader struct {
	importer.Action
	entry setting
	now   time.Time
	found *importer.Warnings

	fields settings
	zone   string
	over   bool // it does not recur every week
}

// read returns an error for an action that cannot be imported. It only warns about an action that never fires again.
func (a *actionReader) read() (err error) {
	a.Key, a.Place = a.entry.name, a.entry.place()
	if a.fields, err = a.entry.object(); err != nil {
		return err
	}
	if _, ok := a.fields.byName["recurrence"]; !ok {
		a.found.Add(a.Place, "schedule %q is skipped: it has no recurrence and fires once; if that is in the future, create an override instead", a.Key)
		a.over = true
		return nil
	}
	if err := a.readBounds(); err != nil || a.over {
		return err
	}
	if err := a.readZone(); err != nil {
		return err
	}
	recurrence, err := a.fields.byName["recurrence"].text()
	if err != nil {
		return err
	}
	if a.At, err = importer.Weekly(recurrence); err != nil {
		return err
	}
	return a.readSizes()
}

// readBounds reads start_time and end_time, which do not matter once they have passed.
func (a *actionReader) readBounds() error {
	for _, name := range []string{"start_time", "end_time"} {
		s, ok := a.fields.byName[name]
		if !ok {
			continue
		}
		text, err := s.text()
		if err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, text)
		switch {
		case err != nil:
			return s.wrong(`must be a time, for example "2026-12-24T20:00:00Z"`)
		case at.After(a.now):
			return s.wrong("is in the future, but periods have no start or end date")
		case name == "end_time":
			a.found.Add(a.Place, "schedule %q is skipped: it ended at %s", a.Key, text)
			a.over = true
		}
	}
	return nil
}

// readZone reads the time zone, which is UTC by default.
func (a *actionReader) readZone() error {
	a.zone = time.UTC.String()
	s, ok := a.fields.byName["time_zone"]
	if !ok {
		return nil
	}
	name, err := s.text()
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == time.Local.String() {
		return s.wrong("must be an IANA time zone, for example America/Sao_Paulo")
	}
	a.zone = importer.SameZone(name)
	return nil
}

// errLeftOut refuses to guess a size: its default depends on the version of Terraform's provider.
var errLeftOut = errors.New("min_size, max_size and desired_size are required: use a number of nodes, or -1 for no change")

func (a *actionReader) readSizes() error {
	for _, size := range []struct {
		name string
		into *int32
	}{{"min_size", &a.Sizes.Min}, {"max_size", &a.Sizes.Max}, {"desired_size", &a.Sizes.Desired}} {
		s, ok := a.fields.byName[size.name]
		if !ok {
			return errLeftOut
		}
		var err error
		if *size.into, err = s.size(); err != nil {
			return err
		}
	}
	return nil
}
