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
	a.checkKeys()
	recurrence, ok := a.fields.byName["recurrence"]
	if !ok || recurrence.isNull() {
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
	text, err := recurrence.text()
	if err != nil {
		return err
	}
	if a.At, err = importer.Weekly(text); err != nil {
		return err
	}
	return a.readSizes()
}

// field returns a field, unless it is absent or null.
func (a *actionReader) field(name string) (setting, bool) {
	s, ok := a.fields.byName[name]
	return s, ok && !s.isNull()
}

// readBounds reads start_time and end_time. A start only matters while it is still to come.
func (a *actionReader) readBounds() error {
	if s, ok := a.field("start_time"); ok {
		text, err := s.text()
		if err != nil {
			a.found.Add(s.place(), "schedule %q is imported as already started: %v", a.Key, err)
		} else if at, err := instant(s, text); err != nil {
			return err
		} else if at.After(a.now) {
			return s.wrong("it is in the future, but periods have no start date: import it after that time")
		}
	}
	s, ok := a.field("end_time")
	if !ok {
		return nil
	}
	text, err := s.text()
	if err != nil {
		return err
	}
	at, err := instant(s, text)
	if err != nil {
		return err
	}
	switch importer.JudgeEnd(at, a.now) {
	case importer.Ended:
		a.found.Add(a.Place, "schedule %q is skipped: it ended at %s", a.Key, text)
		a.over = true
	case importer.EndsSoon:
		return s.wrong("it is in the future, but periods have no end date: remove it, or import the schedule after that time")
	case importer.EndsLater:
		a.found.Add(s.place(), "schedule %q ends at %s, but periods have no end date: it is imported without; change the schedule by then", a.Key, text)
	}
	return nil
}

func instant(s setting, text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, s.wrong(`must be a time, for example "2026-12-24T20:00:00Z"`)
	}
	return at, nil
}

// readZone reads the time zone, which is UTC by default.
func (a *actionReader) readZone() error {
	a.zone = time.UTC.String()
	s, ok := a.field("time_zone")
	if !ok {
		return nil
	}
	name, err := s.text()
	if err != nil {
		return err
	}
	name = importer.SameZone(name)
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == time.Local.String() {
		return s.wrong("must be an IANA time zone, for example America/Sao_Paulo")
	}
	a.zone = name
	return nil
}

// errLeftOut refuses to guess a size: its default depends on the version of Terraform's provider.
var errLeftOut = errors.New("min_size, max_size and desired_size are required: use a number of nodes, or -1 for no change")

func (a *actionReader) readSizes() error {
	for _, size := range []struct {
		name string
		into *int32
	}{{"min_size", &a.Sizes.Min}, {"max_size", &a.Sizes.Max}, {"desired_size", &a.Sizes.Desired}} {
		s, ok := a.field(size.name)
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
