/** The help text. */
export const usage = `Audits a GraphQL server: file uploads as the GraphQL multipart request specification
describes them, and subscriptions over server-sent events, with valid and with hostile requests.

  graphql-upload-audit URL [options]

Audit only a server that is yours and that you can restart. The audit sends hostile requests. A server
that fails some of them answers no client any more until it is restarted.

UPLOADS MAY COST MONEY. Nearly all cases skip the mutation (@skip) and upload nothing. One upload must
succeed. Six more cases upload if the server accepts what it may or must refuse: an empty file, two files
that are too large, half a file, a text in place of a file, no file. --max-uploads limits them together:
a case that might exceed the limit is not applicable.

What is audited (found by introspection by default):
  --mutation NAME         the mutation that accepts a file
  --file-argument NAME    its argument for the file
  --scalar NAME           the type of files                    [Upload or File]
  --arguments TEXT        its other arguments, such as 'repairType: REPAIR'
  --selection TEXT        the selection of its result, such as '{ id }'
  --file PATH             the file to upload                   [a picture of one pixel]
  --subscription TEXT     the subscription to listen to; a variable $id gets the id of the upload. With
                          this option the server must support server-sent events; without it, a server
                          that does not is not applicable.
  --header 'Name: value'  sent with every request; may be repeated
  --only ID,ID            only these cases

Limits:
  --max-uploads N         most uploads that may succeed        [5]
  --oversize-bytes N      size of the files that are too large, each sent once in two cases  [26214400]
  --timeout MS            longest wait for a response          [5000]
  --stall-timeout MS      how long a request may stall before the server must end it  [20000]
  --stream-timeout MS     how long to listen to the subscription  [20000]
  --deadline MS           no case begins after this time       [60000]

  --anywhere              allows a server whose address is not loopback
  --json                  prints JSON instead of a table
  --help

Exit codes: 0 if no case failed that a specification requires ("must") or that an attacker could exploit
("hostile"), 1 if such a case failed or could not be run, 2 if there was nothing to audit.`;
