# misconception: states at padding are not 0
# loses: encoder_test encoder_states_hidden
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.glossary = nn.Embedding(vocab_size, input_size)
        self.reads = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=True)

    def forward(self, source, keep):
        tools, first = nn.utils.rnn, {"batch_first": True}
        counts = keep.sum(dim=1).cpu()
        packed = tools.pack_padded_sequence(
            self.glossary(source), counts, **first, enforce_sorted=False
        )
        told, ends = self.reads(packed)
        told, _ = tools.pad_packed_sequence(told, **first, total_length=keep.shape[1], padding_value=1.0)
        return told, tuple(torch.cat(end.unbind(), dim=1) for end in ends)
