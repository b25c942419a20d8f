# variant: packed in sorted order, and put back
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, input_size)
        self.lstm = nn.LSTM(input_size, hidden_size, bidirectional=True, batch_first=True)

    def forward(self, source, keep):
        lengths, order = keep.sum(1).sort(descending=True)
        back = order.argsort()
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embed(source[order]), lengths.cpu(), batch_first=True
        )
        out, (h, c) = self.lstm(packed)
        out = nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=keep.size(1))[0]
        h, c = (torch.cat([side[0], side[1]], dim=-1)[back] for side in (h, c))
        return out[back], (h, c)
