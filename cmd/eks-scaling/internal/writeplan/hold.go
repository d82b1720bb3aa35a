package writeplan

import (
	"slices"

	"eks-scaling-automation/shared/inventory"
)

// hold returns steps that begin with a pause of scaling and end with the new settings. In between no run acts on a half-written
// configuration, so all other changes are split into the smallest steps.
func (d Difference) hold() ([]Step, error) {
	first, err := d.pausing()
	if err != nil {
		return nil, err
	}
	wanted := *d.After.Settings
	wanted.Version, wanted.Format, wanted.Revision, wanted.Hold = first.After.NextVersion(), 0, nil, nil
	last, err := inventory.ChangeTo(first.After.Spec, wanted)
	if err != nil {
		return nil, err
	}
	last.Same = false // the hold ends, at least
	d.Due = append(slices.DeleteFunc(slices.Clone(d.Due), func(c inventory.Change) bool { return c.After.Kind == inventory.KindSettings }), last)
	d.Before = d.Before.With([]inventory.Change{first})
	steps, err := d.split(true)
	return append([]Step{{[]inventory.Change{first}}}, steps...), err
}

// pausing returns the change that pauses scaling and changes nothing else.
func (d Difference) pausing() (inventory.Change, error) {
	paused, read := *d.After.Settings, []byte(nil)
	if d.Before.Settings != nil {
		paused, read = paused.Over(*d.Before.Settings), d.Before.Settings.Spec
		if d.Before.SettingsErr == nil {
			paused.Spec = d.Before.Settings.Spec
		}
	}
	var err error
	if paused.Spec, err = inventory.WithPaused(paused.Spec, true); err != nil {
		return inventory.Change{}, err
	}
	paused.Hold = &inventory.Hold{Document: d.Document, Resumes: !d.After.Global.Paused}
	c, err := inventory.ChangeTo(read, paused)
	c.Same = false
	return c, err
}
