package savingscmd

import (
	"maps"
	"slices"
	"time"
)

// Lines words the report and its caveats, a sentence or two a line.
func (r Report) Lines(zone *time.Location) []string { return r.lines(zone) }

// WithoutMoney returns the hours alone, for a report whose prices are not all known.
func (r Report) WithoutMoney() Report {
	r.Cost, r.Net, r.Unpriced = nil, nil, nil
	r.Nodegroups = slices.Clone(r.Nodegroups)
	for i := range r.Nodegroups {
		r.Nodegroups[i].Rate = nil
	}
	r.Total.By = maps.Clone(r.Total.By)
	for cause, part := range r.Total.By {
		part.Value = nil
		r.Total.By[cause] = part
	}
	return r
}
