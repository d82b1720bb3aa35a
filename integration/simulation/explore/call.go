package explore

import (
	"encoding/json"
	"fmt"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
)

// service is what a call goes to.
type service byte

const (
	database service = iota
	eksService
)

// call is one call of an invocation.
type call struct {
	id        int32
	service   service
	operation string
	in        any
	// Only the one of its service is set.
	onDB  func(*memdb.DB) (any, error)
	onEKS func(*eksmodel.Model) (any, error)
}

// answer is what a call was answered.
type answer struct {
	id  int32
	out any
	err error
}

// pause stops a handler at a call that has no answer yet.
type pause struct{ call *call }

// part is the number of a call's service's state with the number of the call.
type part struct{ state, call int32 }

// effect is what a call does to the state of its service, and its answer.
type effect struct {
	state  int32
	answer *answer
}

// perform makes a call on a world.
func (x *exploration) perform(w world, c *call) (world, *answer) {
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

// call gives a call its number.
func (x *exploration) call(c *call) *call {
	id := x.calls.add(append([]byte(c.operation), encode(c.in)...), c)
	x.calls.all[id].id = id
	return x.calls.all[id]
}

// encode is a value as a text that tells it from others of its type.
func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("explore: %T cannot be encoded: %v", v, err))
	}
	return text
}
