package scheduler

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// creation is the result of a client token.
type creation struct {
	group, name string
	wanted      wanted
	answer      arnAnswer
}

func listSchedules(s *Server, r *request) (any, error) {
	if err := s.groupExists(r); err != nil {
		return nil, err
	}
	fits, err := r.filter()
	if err != nil {
		return nil, err
	}
	var fitting []stored
	for _, group := range slices.Sorted(maps.Keys(s.groups)) {
		if r.call.Group == "" || r.call.Group == group {
			fitting = append(fitting, slices.DeleteFunc(byName(s.groups[group]), func(each stored) bool { return !fits(each) })...)
		}
	}
	page, next, err := s.page(fitting, r)
	if err != nil {
		return nil, err
	}
	answer := listAnswer{Schedules: []summary{}, NextToken: next}
	for _, each := range page {
		answer.Schedules = append(answer.Schedules, each.summary(r.region))
	}
	return answer, nil
}

// filter applies NamePrefix and State to a list.
func (r *request) filter() (fits func(stored) bool, err error) {
	prefix, state := r.parameter("NamePrefix"), r.parameter("State")
	if prefix != nil {
		err = mustMatch(*prefix, "namePrefix", namePattern)
	}
	if state != nil && err == nil {
		err = oneOf(*state, "state", states)
	}
	return func(each stored) bool {
		return strings.HasPrefix(each.Name, orZero(prefix)) && (state == nil || *state == each.State)
	}, err
}

func getSchedule(s *Server, r *request) (any, error) {
	found, err := s.find(r)
	if err != nil {
		return nil, err
	}
	return found.wire(r.region), nil
}

// createSchedule answers a repeated token as the first time, even if the schedule is gone: the token identifies the same call.
func createSchedule(s *Server, r *request) (any, error) {
	if done, ok := s.created[r.token]; ok {
		if done.group != r.call.Group || done.name != r.call.Name || !reflect.DeepEqual(done.wanted, r.wanted) {
			return nil, conflict(fmt.Sprintf("The client token %s was used before, with another request.", r.token))
		}
		return done.answer, nil
	}
	if err := s.groupExists(r); err != nil {
		return nil, err
	}
	schedule, timing, err := r.schedule()
	if err != nil {
		return nil, err
	}
	group := s.groups[r.call.Group]
	if _, exists := group[schedule.Name]; exists {
		return nil, conflict(fmt.Sprintf("Schedule %s already exists.", schedule.Name))
	}
	group[schedule.Name] = stored{schedule, timing, r.now, r.now}
	answer := arnAnswer{schedule.arn(r.region)}
	if r.token != "" {
		s.created[r.token] = creation{r.call.Group, r.call.Name, r.wanted, answer}
	}
	return answer, nil
}

// updateSchedule replaces every field: omitted fields get their defaults.
func updateSchedule(s *Server, r *request) (any, error) {
	found, err := s.find(r)
	if err != nil {
		return nil, err
	}
	schedule, timing, err := r.schedule()
	if err != nil {
		return nil, err
	}
	s.groups[r.call.Group][schedule.Name] = stored{schedule, timing, found.created, r.now}
	return arnAnswer{schedule.arn(r.region)}, nil
}

func deleteSchedule(s *Server, r *request) (any, error) {
	if _, err := s.find(r); err != nil {
		return nil, err
	}
	delete(s.groups[r.call.Group], r.call.Name)
	return struct{}{}, nil
}

// schedule returns a request's schedule. It refuses past times, which AWS may accept: such a schedule would never fire.
func (r *request) schedule() (Schedule, timing, error) {
	schedule, err := r.wanted.schedule(r.call.Group, r.call.Name)
	if err != nil {
		return Schedule{}, timing{}, err
	}
	timing, err := schedule.check()
	if err != nil {
		return Schedule{}, timing, err
	}
	if once, ok := timing.expression.(at); ok && !once.instant(timing.zone).After(r.now) {
		return Schedule{}, timing, invalid(fmt.Sprintf("Invalid schedule expression %s: it is in the past; in %s it is %s now",
			schedule.Expression, schedule.Timezone, r.now.In(timing.zone).Format(time.DateTime)))
	}
	return schedule, timing, nil
}

func (s *Server) groupExists(r *request) error {
	if r.call.Group == "" || s.groups[r.call.Group] != nil {
		return nil
	}
	return notFound(fmt.Sprintf("Schedule group %s does not exist.", r.call.Group))
}

func (s *Server) find(r *request) (stored, error) {
	if err := s.groupExists(r); err != nil {
		return stored{}, err
	}
	found, ok := s.groups[r.call.Group][r.call.Name]
	if !ok {
		return stored{}, notFound(fmt.Sprintf("Schedule %s does not exist.", r.call.Name))
	}
	return found, nil
}

// page returns one page of schedules, by group and name, and the token of the next page.
func (s *Server) page(all []stored, r *request) ([]stored, *string, error) {
	size, err := strconv.Atoi(cmp.Or(r.query.Get("MaxResults"), strconv.Itoa(largestPage)))
	if err != nil || size < 1 || size > largestPage {
		return nil, nil, invalid(fmt.Sprintf("maxResults must be a number from 1 to %d", largestPage))
	}
	size = min(size, s.pageSize)
	if r.query.Has("NextToken") {
		last, err := base64.URLEncoding.DecodeString(r.query.Get("NextToken"))
		group, name, ok := strings.Cut(string(last), "/")
		if err != nil || !ok {
			return nil, nil, invalid("nextToken is not one that was given")
		}
		all = slices.DeleteFunc(all, func(each stored) bool {
			return cmp.Or(strings.Compare(each.Group, group), strings.Compare(each.Name, name)) <= 0
		})
	}
	if len(all) <= size {
		return all, nil, nil
	}
	last := all[size-1]
	return all[:size], new(base64.URLEncoding.EncodeToString([]byte(last.Group + "/" + last.Name))), nil
}

func conflict(message string) error {
	return wire.NewFailure(http.StatusConflict, "ConflictException", message)
}

func notFound(message string) error {
	return wire.NewFailure(http.StatusNotFound, "ResourceNotFoundException", message)
}
