package explore

import (
	"encoding/json"
	"fmt"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
)

// service is the target of a call.
type service byte

const (
	database service = iota
	eksService
	configuration
)

// call is one call of an invocation.
type call struct {
	id        int32
	service   service
	operation string
	in        any
	// Only the field of the call's service is set.
	onDB  func(*memdb.DB) (any, error)
	onEKS func(*eksmodel.Model) (any, error)
}

// answer is the result of a call.
type answer struct {
	id  int32
	out any
	err error
}

// pause stops a handler at a call that has no answer yet.
type pause struct{ call *call }

// part identifies a call on a state of its service.
type part struct{ state, call int32 }

// effect is the state of the service after a call, and the answer.
type effect struct {
	state  int32
	answer *answer
}

// perform executes a call in a world.
func (x *exploration) perform(w world, c *call) (world, *answer) {
	if c.service == configuration {
		return w, x.answer(x.configs[w.config], nil)
	}
	if c.service == database {
		e, known := x.onDB[part{w.db, c.id}]
		if !known {
			db := x.dbs.all[w.db].db.Clone()
			out, err := c.onDB(db)
			e = effect{x.addDB(db), x.answer(out, err)}
			x.onDB[part{w.db, c.id}] = e
		}
		w.db = e.state
		return w, e.answer
	}
	e, known := x.onEKS[part{w.eks, c.id}]
	if !known {
		m := x.models.all[w.eks].Clone()
		out, err := c.onEKS(m)
		e = effect{x.addModel(m, w.clock), x.answer(out, err)}
		x.onEKS[part{w.eks, c.id}] = e
	}
	w.eks = e.state
	return w, e.answer
}

func (x *exploration) answer(out any, err error) *answer {
	key := fmt.Appendf(nil, "%T %v", err, err)
	if err == nil {
		key = append(fmt.Appendf(nil, "%T ", out), encode(out)...)
	}
	id := x.answers.add(key, &answer{out: out, err: err})
	x.answers.all[id].id = id
	return x.answers.all[id]
}

// call returns the call with its number.
func (x *exploration) call(c *call) *call {
	id := x.calls.add(append([]byte(c.operation), encode(c.in)...), c)
	x.calls.all[id].id = id
	return x.calls.all[id]
}

// encode returns a value as text that is unique among values of its type.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("explore: %T cannot be encoded: %v", v, err))
	}
	return text
}
