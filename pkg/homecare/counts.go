package homecare

// Count is how much of one kind waits for the caller.
type Count struct {
	// What is counted.
	Kind string `json:"kind" validate:"required,list=count_kind"`
	// The number of records in the list (jumlah), at most 1000.
	Count int `json:"count" validate:"required" example:"3"`
	// The address of the list, with its filter.
	Href string `json:"href" validate:"required" format:"uri-reference" example:"/v1/alerts?state=open"`
}
