/** The help text. */
export const usage = `Audits a GraphQL server: uploads as the GraphQL multipart request specification
describes them, subscriptions over server-sent events, and whoever means harm with either.

  graphql-upload-audit URL [options]

It sends hostile requests. A server that fails the last of them may answer nobody until it is started
anew, and for every client, not only for the audit. Audit a server that is yours and that you can restart.

UPLOADS MAY COST MONEY. Nearly all cases have the mutation skipped (@skip) and upload nothing. One upload
must succeed; six more cases upload where the server takes what it may or must refuse: an empty file, two
files larger than it should take, half a file, a text for a file, no file. --max-uploads bounds them all:
what might be one too many is not applicable.

What is audited (found by introspection where it is not given):
  --mutation NAME         the mutation that takes a file
  --file-argument NAME    its argument
  --scalar NAME           how the type of files is called      [Upload or File]
  --arguments TEXT        its other arguments, such as 'repairType: REPAIR'
  --selection TEXT        what is asked of its outcome, such as '{ id }'
  --file PATH             the file to upload                   [a picture of one pixel]
  --subscription TEXT     the subscription to listen to; a variable $id gets the id of the upload. Given,
                          the server must speak server-sent events; else that is not applicable.
  --header 'Name: value'  on every request; may be repeated
  --only ID,ID            only these cases

Bounds:
  --max-uploads N         uploads that may succeed at most     [5]
  --oversize-bytes N      size of the files that are too large, each sent once in two cases  [26214400]
  --timeout MS            longest wait for an answer           [5000]
  --stall-timeout MS      how long a request may stall before the server must end it  [20000]
  --stream-timeout MS     how long the subscription is listened to  [20000]
  --deadline MS           no case begins after it              [60000]

  --anywhere              lets the server have an address that is not loopback
  --json                  prints JSON in place of a table
  --help

Ends with 0 where no case failed that a specification demands ("must") or that an enemy could use
("hostile"), with 1 where one did or could not be run, with 2 where there was nothing to audit.`;
