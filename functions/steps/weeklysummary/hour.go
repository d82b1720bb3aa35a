package weeklysummary

import (
	"context"
	"io"
	"time"

	"eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/savings"
)

// Meter writes the metric of the saved node hours, if it is On.
type Meter struct {
	On  bool
	Out io.Writer
}

// measured is the subject of the records of hours whose metric was written. Only the latest hour is ever measured.
const (
	measured     = "saved-node-hours"
	keptMeasured = 24 * time.Hour
)

// measure writes the node hours saved in the hour that ended an hour ago, once. All of that hour is on record by then: updates that began
// in it have ended, and a later run has read the sizes. The next check repeats one that failed. The mark is written first, because CloudWatch
// adds up what is written twice.
func (h Handler) measure(ctx context.Context) error {
	if !h.Meter.On {
		return nil
	}
	until := h.Now().UTC().Truncate(time.Hour).Add(-time.Hour)
	from := until.Add(-time.Hour)
	mark := tables.Record{Subject: measured, Time: from, Execution: "written", ExpiresAt: until.Add(keptMeasured), Detail: struct{}{}}
	if written, err := h.Logs.Has(ctx, mark); err != nil || written {
		return err
	}
	saved, err := h.savedIn(ctx, from, until)
	if err != nil {
		return err
	}
	if err := h.Logs.Put(ctx, mark); err != nil {
		return err
	}
	return metric.Write(h.Meter.Out, from, nil, metric.Value{Name: metric.SavedNodeHours, Number: float64(saved) / float64(savings.NodeHour)})
}

// savedIn returns what eks-scaling saved in an interval, as the command savings computes it.
func (h Handler) savedIn(ctx context.Context, from, until time.Time) (savings.NodeTime, error) {
	snapshot, err := h.Store.Read(ctx)
	if err != nil {
		return 0, err
	}
	held := inventory.Check(snapshot.In(h.Region), until)
	book, err := h.read(ctx, held, from, until)
	if err != nil {
		return 0, err
	}
	_, sum := savings.Rows(book.Nodegroups, from, until, savings.ByCluster)
	return sum.Ours().Saved(), nil
}

// read reads the records of all node groups, also of those that are no longer configured.
func (h Handler) read(ctx context.Context, held inventory.Checked, from, until time.Time) (ledger.Book, error) {
	return ledger.Read(ctx, h.Logs, ledger.Question{Units: held.Valid(), From: from, Until: until, Removed: held.IsRemoved, MaxReadings: maxReadings})
}
