package staff

import "time"

// account is a row of the table. What is empty of its tagged fields is left to the
// database: not every role may write them.
type account struct {
	ID, Username, Name, Rank, Position string
	NIP                                *string `gorm:"column:nip"` // GORM splits what it does not know
	Email                              *string
	PasswordHash                       string `gorm:"default:null"`
	MadeIn                             *int16 `gorm:"default:null"`
}

// membership is a row of the table.
type membership struct {
	ID, AccountID, Role, Profession string
	PuskesmasID                     *int16
	Since                           time.Time `gorm:"default:null"` // the begin of all, of who was made in the shell
}
